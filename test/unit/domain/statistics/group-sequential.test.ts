import {
  classicalBoundaries,
  conditionalPower,
  crossingChance,
  normalCdf,
  normalQuantile,
  randomFrom,
  spendingBoundaries,
  spentBy,
} from '@laurel/domain';
import * as fc from 'fast-check';

const twoSided = { alpha: 0.05, sides: 2 } as const;

function equalLooks(looks: number): number[] {
  return Array.from({ length: looks }, (_, index) => (index + 1) / looks);
}

test.each([
  [1, 0.05],
  [2, 0.0831],
  [3, 0.1073],
  [4, 0.1262],
  [5, 0.1417],
  [10, 0.1934],
  [14, 0.2197],
  [20, 0.2479],
  [28, 0.2747],
  [30, 0.2802],
  [50, 0.3205],
  [100, 0.3736],
])('looking %d times with a test for one look is wrong with probability %d', (looks, chance) => {
  const boundaries = Array.from({ length: looks }, () => normalQuantile(0.975));
  expect(Math.abs(crossingChance({ fractions: equalLooks(looks), boundaries, sides: 2 }) - chance)).toBeLessThan(1e-4);
});

test.each([
  [2, 2.1783, 1.9774],
  [3, 2.2895, 2.004],
  [4, 2.3613, 2.0243],
  [5, 2.4132, 2.0401],
  [10, 2.555, 2.0865],
])('the constants of Pocock and of O’Brien and Fleming for %d looks', (looks, pocock, obrienFleming) => {
  const last = (shape: 'pocock' | 'obrienFleming') =>
    classicalBoundaries({ ...twoSided, looks, shape }).at(-1) ?? Number.NaN;
  expect(Math.abs(last('pocock') - pocock)).toBeLessThan(1e-4);
  expect(Math.abs(last('obrienFleming') - obrienFleming)).toBeLessThan(1e-4);
});

test('twenty looks of O’Brien and Fleming end at 2.126 (Jennison and Turnbull, table 2.3)', () => {
  const last = classicalBoundaries({ ...twoSided, looks: 20, shape: 'obrienFleming' }).at(-1);
  expect(last).toBeCloseTo(2.126, 3);
});

test('the boundaries of O’Brien and Fleming fall, those of Pocock do not', () => {
  const falling = classicalBoundaries({ ...twoSided, looks: 5, shape: 'obrienFleming' });
  [4.562, 3.226, 2.634, 2.281, 2.04].forEach((boundary, index) => {
    expect(Math.abs((falling[index] ?? 0) - boundary)).toBeLessThan(1e-3);
  });
  expect(new Set(classicalBoundaries({ ...twoSided, looks: 5, shape: 'pocock' })).size).toBe(1);
  expect(() => classicalBoundaries({ ...twoSided, looks: 0, shape: 'pocock' })).toThrow('at least one look');
});

test('Lan and DeMets’ spending like O’Brien and Fleming, five looks', () => {
  const boundaries = spendingBoundaries({ ...twoSided, spending: 'obrienFleming', fractions: equalLooks(5) });
  [4.8769, 3.357, 2.6803, 2.2898, 2.031].forEach((boundary, index) => {
    expect(Math.abs((boundaries[index] ?? 0) - boundary)).toBeLessThan(1e-4);
  });
});

test('the adjusted levels of Spotify’s unequal looks, t²', () => {
  // Two arms with 100, 190, 270, 340 and 150, 260, 360, 470 users; the last look ran over the 600 that were expected.
  const fractions = [250, 450, 630, 810].map((users) => users / 810);
  const boundaries = spendingBoundaries({ alpha: 0.005, sides: 1, spending: { power: 2 }, fractions });
  [0.00095, 0.00241, 0.0041, 0.00636].forEach((level, index) => {
    expect(Math.abs(2 * normalCdf(-(boundaries[index] ?? 0)) - level)).toBeLessThan(1e-4);
  });
});

test('whatever the looks and the spending, the boundaries keep the level', () => {
  const gaps = fc.array(fc.double({ min: 0.02, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 });
  const spending = fc.constantFrom('obrienFleming' as const, 'pocock' as const, { power: 1 }, { power: 3 });
  fc.assert(
    fc.property(gaps, spending, fc.constantFrom(1 as const, 2 as const), (widths, spends, sides) => {
      const whole = widths.reduce((sum, width) => sum + width, 0);
      let reached = 0;
      const fractions = widths.map((width, index) => {
        reached += width / whole;
        return index === widths.length - 1 ? 1 : reached;
      });
      const boundaries = spendingBoundaries({ alpha: 0.05, sides, spending: spends, fractions });
      expect(crossingChance({ fractions, boundaries, sides })).toBeCloseTo(0.05, 4);
    }),
    { numRuns: 15 },
  );
});

test('a look more never takes back a boundary that was used', () => {
  const plan = { ...twoSided, spending: 'obrienFleming' as const };
  const earlier = spendingBoundaries({ ...plan, fractions: [0.31, 0.5] });
  expect(spendingBoundaries({ ...plan, fractions: [0.31, 0.5, 0.93] }).slice(0, 2)).toEqual(earlier);
});

test('information that does not grow has no boundary', () => {
  expect(() => spendingBoundaries({ ...twoSided, spending: 'pocock', fractions: [0.5, 0.5] })).toThrow('must grow');
});

test('spending begins at nothing, ends with everything and never falls', () => {
  for (const spending of ['obrienFleming', 'pocock', { power: 2 }] as const) {
    expect(spentBy(spending, 0, 0.025)).toBe(0);
    expect(spentBy(spending, 1, 0.025)).toBeCloseTo(0.025, 12);
    expect(spentBy(spending, 1.7, 0.025)).toBeCloseTo(0.025, 12);
    const spent = equalLooks(50).map((fraction) => spentBy(spending, fraction, 0.025));
    expect(spent.every((value, index) => value >= (spent[index - 1] ?? 0))).toBe(true);
  }
});

test('simulated walks cross as often as the integral says', () => {
  const random = randomFrom(3);
  const normal = () => normalQuantile(Math.max(1e-12, random.next()));
  const fractions = [0.2, 0.5, 1];
  const boundaries = spendingBoundaries({ alpha: 0.1, sides: 1, spending: 'pocock', fractions });
  let crossed = 0;
  const walks = 4000;
  for (let walk = 0; walk < walks; walk += 1) {
    let [sum, time] = [0, 0];
    const crosses = fractions.some((fraction, index) => {
      sum += normal() * Math.sqrt(fraction - time);
      time = fraction;
      return sum / Math.sqrt(fraction) >= (boundaries[index] ?? 0);
    });
    if (crosses) crossed += 1;
  }
  expect(Math.abs(crossed / walks - 0.1)).toBeLessThan(0.015);
});

test('conditional power is the plan’s power before anything was seen, and certainty at the end', () => {
  const critical = normalQuantile(0.975);
  const drift = critical + normalQuantile(0.8);
  expect(conditionalPower({ statistic: 0, fraction: 0, critical }, drift)).toBeCloseTo(0.8, 12);
  expect(conditionalPower({ statistic: 2, fraction: 1, critical }, drift)).toBe(1);
  expect(conditionalPower({ statistic: 1.9, fraction: 1, critical }, drift)).toBe(0);
});

test('conditional power falls as the statistic falls', () => {
  const statistic = fc.double({ min: -6, max: 6, noNaN: true });
  fc.assert(
    fc.property(statistic, statistic, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, fraction) => {
      const at = (value: number) => conditionalPower({ statistic: value, fraction, critical: 1.96 }, 2.8);
      expect(at(Math.max(a, b))).toBeGreaterThanOrEqual(at(Math.min(a, b)));
    }),
  );
});
