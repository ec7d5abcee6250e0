import {
  chiSquareSf,
  mcnemar,
  mcnemarChiSquare,
  mcnemarExactP,
  newcombe,
  nonInferiorityP,
  pairedT,
  sampleRatioMismatch,
  wilson,
} from '@laurel/domain';
import * as fc from 'fast-check';
import { readValues } from '../read-values.js';

test.each([
  [121, 59, 4.434449e-6],
  [70, 59, 0.378688],
  [80, 59, 0.089452],
  [30, 60, 0.00206],
  [10, 30, 0.002221],
  [10, 10, 1],
  [0, 0, 1],
])('the exact McNemar p of %d against %d is the one of statsmodels', (championOnly, challengerOnly, p) => {
  expect(mcnemarExactP({ championOnly, challengerOnly }) / p).toBeCloseTo(1, 3);
});

test.each([
  [121, 59, 20.67222, 5.450095e-6],
  [70, 59, 0.7751938, 0.3786151],
  [80, 59, 2.87769784, 0.08981434],
])(
  'with many pairs McNemar is the corrected chi-square (%d against %d)',
  (championOnly, challengerOnly, statistic, p) => {
    const result = mcnemar({ championOnly, challengerOnly });
    expect(result.form).toBe('chiSquare');
    expect(result.statistic).toBeCloseTo(statistic, 5);
    expect(result.pValue / p).toBeCloseTo(1, 5);
  },
);

test.each([
  [121, 59, 21.35556, 3.815136e-6],
  [70, 59, 0.9379845, 0.3327967],
  [80, 59, 3.17266187, 0.07488031],
])('uncorrected McNemar of %d against %d is the one of statsmodels', (championOnly, challengerOnly, statistic, p) => {
  const result = mcnemarChiSquare({ championOnly, challengerOnly }, { corrected: false });
  expect(result.statistic).toBeCloseTo(statistic, 5);
  expect(result.pValue / p).toBeCloseTo(1, 5);
});

test('without a discordant pair McNemar finds nothing', () => {
  const pairs = { championOnly: 0, challengerOnly: 0 };
  expect(mcnemarChiSquare(pairs, { corrected: true })).toMatchObject({ statistic: 0, pValue: 1 });
});

test('below 25 discordant pairs McNemar is exact', () => {
  expect(mcnemar({ championOnly: 14, challengerOnly: 10 })).toMatchObject({ form: 'exact', statistic: 10 });
  expect(mcnemar({ championOnly: 15, challengerOnly: 10 }).form).toBe('chiSquare');
  expect(mcnemar({ championOnly: 10, challengerOnly: 10 }).pValue).toBe(1);
});

test('the paired t uses the pairing', () => {
  const x = [0.81, 0.79, 0.84, 0.8, 0.83, 0.82, 0.78, 0.85, 0.8, 0.82];
  const y = [0.83, 0.8, 0.85, 0.82, 0.83, 0.84, 0.8, 0.86, 0.81, 0.84];
  const result = pairedT(y.map((value, index) => value - (x[index] ?? 0)));
  expect(result?.statistic).toBeCloseTo(6.331738236, 7);
  expect((result?.pValue ?? 0) / 1.357766539e-4).toBeCloseTo(1, 7);
  expect(result?.degreesOfFreedom).toBe(9);
});

test('the paired t and its non-inferiority p agree with SciPy', () => {
  const { pairedT: wanted } = readValues('../evaluation/scikit-learn-values.json', import.meta.url) as {
    readonly pairedT: {
      readonly differences: readonly number[];
      readonly statistic: number;
      readonly pValue: number;
      readonly nonInferior: number;
    };
  };
  const result = pairedT(wanted.differences);
  expect(result?.statistic).toBeCloseTo(wanted.statistic, 10);
  expect(result?.pValue).toBeCloseTo(wanted.pValue, 10);
  expect(result === null ? null : nonInferiorityP(result, 0.3)).toBeCloseTo(wanted.nonInferior, 10);
});

test('differences without spread have no t, and decide by their mean', () => {
  expect(pairedT([0.1, 0.1, 0.1])).toBeNull();
  expect(pairedT([0, 0])).toBeNull();
  expect(pairedT([1])).toBeNull();
  const constant = { standardError: 0, degreesOfFreedom: 9 };
  expect(nonInferiorityP({ ...constant, mean: 0 }, 0.01)).toBe(0);
  expect(nonInferiorityP({ ...constant, mean: 0 }, 0)).toBe(0);
  expect(nonInferiorityP({ ...constant, mean: -0.01 }, 0.01)).toBe(1);
});

test('a wider margin is never harder to meet', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (mean, a, b) => {
        const test = { mean, standardError: 0.1, degreesOfFreedom: 50 };
        expect(nonInferiorityP(test, Math.max(a, b))).toBeLessThanOrEqual(
          nonInferiorityP(test, Math.min(a, b)) + 1e-12,
        );
      },
    ),
  );
});

test.each([
  { counts: [600, 400], weights: [50, 50], chiSquare: 40, p: 2.54e-10 },
  { counts: [550, 450], weights: [50, 50], chiSquare: 10, p: 0.0015654 },
  { counts: [520, 480], weights: [50, 50], chiSquare: 1.6, p: 0.2059 },
  { counts: [10_000, 10_400], weights: [50, 50], chiSquare: 7.84, p: 0.0051 },
  { counts: [821_588, 815_482], weights: [50, 50], chiSquare: 22.774, p: 1.8218e-6 },
  { counts: [9400, 600], weights: [95, 5], chiSquare: 21.0526, p: 4.468e-6 },
  { counts: [960, 40], weights: [95, 5], chiSquare: 2.105, p: 0.1468 },
])('$counts at weights $weights: the sample-ratio test', ({ counts, weights, chiSquare, p }) => {
  const result = sampleRatioMismatch({ counts, weights });
  expect((result?.chiSquare ?? 0) / chiSquare).toBeCloseTo(1, 2);
  expect((result?.pValue ?? 0) / p).toBeCloseTo(1, 2);
});

test('pooling two weights of a ramp would raise a false alarm, so counts of one split are tested', () => {
  const pooled = sampleRatioMismatch({ counts: [17_000, 3000], weights: [75, 25] });
  expect(pooled?.chiSquare).toBeCloseTo(1066.7, 1);
  expect(chiSquareSf(1066.7, 1)).toBeGreaterThan(0);
});

test('the sample-ratio test keeps silent where its approximation does not hold', () => {
  expect(sampleRatioMismatch({ counts: [100, 0], weights: [95, 5] })).toBeNull();
  expect(sampleRatioMismatch({ counts: [160, 0], weights: [95, 5] })).not.toBeNull();
  expect(sampleRatioMismatch({ counts: [100], weights: [100] })).toBeNull();
  expect(sampleRatioMismatch({ counts: [100, 0], weights: [100, 0] })).toBeNull();
  expect(() => sampleRatioMismatch({ counts: [1], weights: [50, 50] })).toThrow('same length');
});

test.each([
  [45, 50, 0.786398, 0.956524],
  [0, 10, 0, 0.277533],
  [700, 1000, 0.670876, 0.727593],
])('the Wilson interval of %d of %d', (successes, n, low, high) => {
  const interval = wilson({ successes, n });
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});

test('an interval of nothing is everything', () => {
  expect(wilson({ successes: 0, n: 0 })).toEqual({ low: 0, high: 1 });
});

test('the Newcombe interval of 56/70 and 48/80', () => {
  const { low, high } = newcombe({ successes: 56, n: 70 }, { successes: 48, n: 80 });
  expect(low).toBeCloseTo(0.052431, 6);
  expect(high).toBeCloseTo(0.333873, 6);
});
