import {
  benjaminiHochberg,
  detectableDifference,
  familyWiseError,
  holm,
  intersectionUnion,
  meanSampleSize,
  pairedSampleSize,
  powerForAll,
  powerOf,
  proportionError,
  proportionNonInferiority,
  proportionSampleSize,
  usualDesign,
} from '@laurel/domain';
import * as fc from 'fast-check';

const pValues = [0.01, 0.04, 0.03, 0.005];

test('Holm and Benjamini–Hochberg adjust in the order given', () => {
  holm(pValues).forEach((p, index) => expect(p).toBeCloseTo([0.03, 0.06, 0.06, 0.02][index] ?? 0, 12));
  benjaminiHochberg(pValues).forEach((p, index) => expect(p).toBeCloseTo([0.02, 0.04, 0.04, 0.02][index] ?? 0, 12));
});

test.each([
  [1, 0.05],
  [2, 0.0975],
  [3, 0.1426],
  [5, 0.2262],
  [10, 0.4013],
  [20, 0.6415],
])('%d tests at 5 %% give a false alarm with probability %d', (count, wanted) => {
  expect(familyWiseError(0.05, count)).toBeCloseTo(wanted, 4);
});

test('corrected p-values are no smaller, never above 1, and keep their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (given) => {
      for (const adjusted of [holm(given), benjaminiHochberg(given)]) {
        given.forEach((p, index) => {
          expect(adjusted[index]).toBeGreaterThanOrEqual(p * (1 - 1e-12));
          expect(adjusted[index]).toBeLessThanOrEqual(1);
          given.forEach((other, place) => {
            if (p < other) expect(adjusted[index]).toBeLessThanOrEqual((adjusted[place] ?? 0) * (1 + 1e-12));
          });
        });
      }
    }),
  );
});

test('all hold only when the weakest does, and nothing shown is nothing held', () => {
  expect(intersectionUnion([0.01, 0.2, 0.04])).toBe(0.2);
  expect(intersectionUnion([])).toBe(1);
});

test('the more guardrails must pass together, the more power each needs', () => {
  expect(powerForAll(0.8, 1)).toBeCloseTo(0.8, 12);
  expect(powerForAll(0.8, 4)).toBeCloseTo(0.95, 12);
});

test.each([
  [0.05, 0.06, 8155, 8158],
  [0.1, 0.11, 14_748, 14_751],
  [0.9, 0.91, 13_492, 13_495],
])('from %d to %d takes so many per arm, unpooled and pooled, rounded up', (from, to, unpooled, pooled) => {
  const sizes = [false, true].map((form) => proportionSampleSize({ from, to, pooled: form }));
  expect(sizes.map(({ first, second }) => first === second)).toEqual([true, true]);
  expect(Math.abs((sizes[0]?.first ?? 0) - 0.5 - unpooled)).toBeLessThan(1);
  expect(Math.abs((sizes[1]?.first ?? 0) - 0.5 - pooled)).toBeLessThan(1);
});

test('a difference of means takes what G*Power says', () => {
  const design = { alpha: 0.05, power: 0.85, sides: 2 } as const;
  const { first, second } = meanSampleSize({ difference: 0.3, variances: [100, 100] }, design);
  expect((first + second) / 39_906).toBeCloseTo(1, 3);
  const shares = proportionSampleSize({ from: 0.34, to: 0.343, pooled: true }, design);
  expect((shares.first + shares.second) / 897_348).toBeCloseTo(1, 3);
});

test('a control shared by two arms is twice as large as each', () => {
  const design = { alpha: 0.05, power: 0.85, sides: 2 } as const;
  const { first, second } = proportionSampleSize({ from: 0.34, to: 0.343, ratio: 2 }, design);
  expect(first / 673_157).toBeCloseTo(1, 3);
  expect(second / 336_578).toBeCloseTo(1, 3);
});

test.each([
  [0.055, 0.045, 7847],
  [0.03, 0.02, 3923],
  [0.02, 0.01, 2353],
  [0.06, 0.04, 1960],
  [0.05, 0.03, 1567],
])('items both models answer, at discordant rates %d and %d, rounded up', (gained, lost, items) => {
  expect(Math.abs(pairedSampleSize({ gained, lost }) - 0.5 - items)).toBeLessThan(1);
});

test('at the size that was planned the power is the one asked for, whatever α and power are', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      fc.double({ min: 0.5, max: 0.99, noNaN: true }),
      fc.constantFrom(1 as const, 2 as const),
      (alpha, power, sides) => {
        const design = { alpha, power, sides };
        const { first, second } = meanSampleSize({ difference: 0.02, variances: [1, 1] }, design);
        const standardError = Math.sqrt(1 / first + 1 / second);
        expect(powerOf(0.02, standardError, design)).toBeGreaterThanOrEqual(power - 1e-9);
        expect(powerOf(0.02, standardError, design)).toBeLessThan(power + 0.01);
        expect(detectableDifference(standardError, design)).toBeCloseTo(0.02, 4);
      },
    ),
  );
});

test('non-inferiority of two proportions has a z', () => {
  const champion = { successes: 9000, n: 10_000 };
  const close = proportionNonInferiority(champion, { successes: 8970, n: 10_000 }, 0.01);
  expect(close.statistic).toBeCloseTo(1.639066, 4);
  expect(close.pValue).toBeCloseTo(0.0506, 5);
  expect(proportionNonInferiority(champion, { successes: 8900, n: 10_000 }, 0.01).pValue).toBeCloseTo(0.5, 6);
  const perfect = { successes: 5, n: 5 };
  expect(proportionNonInferiority(perfect, perfect, 0.01)).toEqual({ statistic: Infinity, pValue: 0 });
  expect(proportionNonInferiority(perfect, perfect, 0)).toEqual({ statistic: -Infinity, pValue: 1 });
});

test('the usual design is 5 % two-sided with 80 % power', () => {
  expect(usualDesign).toEqual({ alpha: 0.05, power: 0.8, sides: 2 });
  expect(proportionError({ successes: 50, n: 100 }, { successes: 50, n: 100 })).toBeCloseTo(Math.sqrt(0.005), 12);
});
