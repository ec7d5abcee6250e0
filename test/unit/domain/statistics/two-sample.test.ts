import {
  cohensD,
  commonLanguageEffect,
  cuped,
  fiveByTwoT,
  meanRatio,
  momentsOf,
  momentsOfSums,
  pairedT,
  permutationTest,
  pooledT,
  randomFrom,
  signFlipTest,
  twoProportionZ,
  welchT,
  wilcoxonSignedRank,
} from '@laurel/domain';
import * as fc from 'fast-check';

const x = [0.81, 0.79, 0.84, 0.8, 0.83, 0.82, 0.78, 0.85, 0.8, 0.82];
const y = [0.83, 0.8, 0.85, 0.82, 0.83, 0.84, 0.8, 0.86, 0.81, 0.84];
const differences = y.map((value, index) => value - (x[index] ?? 0));
const drawing = (draws = 20_000) => ({ random: randomFrom(5), draws });

test('the same numbers decide oppositely when their pairing is thrown away', () => {
  expect(pairedT(differences)?.pValue).toBeCloseTo(1.357766539e-4, 12);
  const pooled = pooledT(momentsOf(y), momentsOf(x));
  expect(pooled?.statistic).toBeCloseTo(1.466703621, 8);
  expect(pooled?.pValue).toBeCloseTo(0.159710681, 8);
  expect(pooled?.degreesOfFreedom).toBe(18);
  const welch = welchT(momentsOf(y), momentsOf(x));
  expect(welch?.pValue).toBeCloseTo(0.159827791, 8);
  expect(welch?.degreesOfFreedom).toBeCloseTo(17.877, 3);
});

test('the fixed t of two arms from their sums agrees with GrowthBook', () => {
  const arm = (n: number, sum: number, sumSquares: number) => momentsOfSums({ n, sum, sumSquares });
  const result = welchT(arm(3461, 2422.7, 134_698.29), arm(3000, 1396.87, 52_377.9767));
  expect(result?.difference).toBeCloseTo(0.234377, 6);
  expect(result?.standardError).toBeCloseTo(0.129831, 6);
  expect(result?.pValue).toBeCloseTo(0.071, 3);
});

test('sums give the moments that the values give', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 50 }),
      (values) => {
        const sum = values.reduce((all, value) => all + value, 0);
        const sumSquares = values.reduce((all, value) => all + value * value, 0);
        const [direct, fromSums] = [momentsOf(values), momentsOfSums({ n: values.length, sum, sumSquares })];
        expect(fromSums.mean).toBeCloseTo(direct.mean, 9);
        expect(Math.abs(fromSums.variance - direct.variance)).toBeLessThan(1e-6);
      },
    ),
  );
});

test('without spread, or with too few values, there is no t', () => {
  expect(welchT(momentsOf([1, 1]), momentsOf([2, 2]))).toBeNull();
  expect(pooledT(momentsOf([1]), momentsOf([1, 2]))).toBeNull();
  expect(welchT(momentsOf([]), momentsOf([1, 2]))).toBeNull();
});

test('two proportions, pooled and not', () => {
  const [a, b] = [
    { successes: 130, n: 1000 },
    { successes: 100, n: 1000 },
  ];
  expect(twoProportionZ(a, b)?.pValue).toBeCloseTo(0.0355, 3);
  expect(twoProportionZ(a, b, { pooled: false })?.pValue).toBeCloseTo(0.0352832, 5);
  expect(twoProportionZ({ successes: 0, n: 50 }, { successes: 0, n: 60 })).toBeNull();
  expect(twoProportionZ({ successes: 0, n: 0 }, { successes: 3, n: 60 })).toBeNull();
});

test('the signed-rank test counts every pattern of signs, ties and zeros too', () => {
  const result = wilcoxonSignedRank(differences.map((value) => Math.round(value * 100)));
  expect(result).toMatchObject({ form: 'exact', statistic: 0 });
  expect(result?.pValue).toBeCloseTo(0.00390625, 12);
  expect(wilcoxonSignedRank([1, 2, 3, 4, -5])?.pValue).toBeCloseTo(0.625, 12);
  expect(wilcoxonSignedRank([0, 0])).toBeNull();
});

test('with many pairs the signed-rank test is normal', () => {
  const many = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? -1 : 1) * (index + 1));
  expect(wilcoxonSignedRank(many)).toMatchObject({ form: 'normal' });
});

test('a permutation test of few values tries every relabelling', () => {
  const times = (count: number, value: number) => Array.from({ length: count }, () => value);
  const experiment = [...times(7, 100), ...times(3, 1)];
  const result = permutationTest(experiment, times(10, 1), drawing());
  expect(result.form).toBe('exact');
  expect(result.pValue).toBeCloseTo((2 * 286) / 184_756, 12);
  expect(signFlipTest([1, 2, 3, 4, 5], drawing())).toEqual({ form: 'exact', pValue: 2 / 32 });
});

test('drawn permutations are near the exact ones, the same for the same seed, and never zero', () => {
  const random = randomFrom(9);
  const values = (shift: number) => Array.from({ length: 30 }, () => random.next() + shift);
  const [a, b] = [values(0.2), values(0)];
  const [first, second] = [permutationTest(a, b, drawing()), permutationTest(a, b, drawing())];
  expect(first.form).toBe('monteCarlo');
  expect(first).toEqual(second);
  expect(first.pValue).toBeCloseTo(welchT(momentsOf(a), momentsOf(b))?.pValue ?? Number.NaN, 2);
  expect(permutationTest(values(50), b, drawing(999)).pValue).toBe(0.001);
  expect(signFlipTest(values(1), drawing(999)).pValue).toBe(0.001);
});

test('effect sizes of StatisticSuite', () => {
  expect(cohensD([5, 5, 5, 10, 10, 10], [1, 1, 1, 2, 2, 2])).toBeCloseTo(3.03821, 4);
  expect(commonLanguageEffect([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])).toBe(0.5);
  expect(meanRatio([10, 10], [1, 1])).toBe(10);
  expect(meanRatio([10, 10], [0, 0])).toBeNaN();
});

test('5x2cv needs five splits and has five degrees of freedom', () => {
  const splits = [
    [0.05, 0.03],
    [0.04, 0.06],
    [0.02, 0.05],
    [0.06, 0.02],
    [0.03, 0.03],
  ] as const;
  const result = fiveByTwoT(splits);
  const variance = (0.0002 + 0.0002 + 0.00045 + 0.0008 + 0) / 5;
  expect(result?.statistic).toBeCloseTo(0.05 / Math.sqrt(variance), 10);
  expect(() => fiveByTwoT(splits.slice(1))).toThrow('five splits, not 4');
  expect(fiveByTwoT(splits.map(() => [0.1, 0.1] as const))).toBeNull();
});

test('CUPED takes away what was known before, and nothing of the effect', () => {
  const random = randomFrom(3);
  const arm = (effect: number) => {
    const sums = { n: 0, sumX: 0, sumY: 0, sumXX: 0, sumYY: 0, sumXY: 0 };
    for (let person = 0; person < 4_000; person += 1) {
      const known = random.next();
      const seen = 2 * known + effect + 0.2 * random.next();
      sums.n += 1;
      sums.sumX += known;
      sums.sumY += seen;
      sums.sumXX += known * known;
      sums.sumYY += seen * seen;
      sums.sumXY += known * seen;
    }
    return sums;
  };
  const { slope, explained, arms } = cuped([arm(0), arm(0.02)]);
  expect(slope).toBeCloseTo(2, 1);
  expect(explained).toBeGreaterThan(0.98);
  const [control, treated] = arms;
  expect((treated?.mean ?? 0) - (control?.mean ?? 0)).toBeCloseTo(0.02, 2);
  expect(treated?.variance).toBeLessThan(0.005);
});

test('a covariate without spread changes nothing', () => {
  const flat = { n: 4, sumX: 4, sumY: 10, sumXX: 4, sumYY: 30, sumXY: 10 };
  expect(cuped([flat, flat])).toMatchObject({ slope: 0, explained: 0, arms: [{ mean: 2.5 }, { mean: 2.5 }] });
});
