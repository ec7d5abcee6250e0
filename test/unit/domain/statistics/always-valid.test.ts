import {
  alwaysValidP,
  bestRho,
  confidenceSequence,
  differenceOfMeans,
  logMixtureRatio,
  logNormalMixture,
  lowerSequenceBound,
  relativeDifference,
  type SampledEstimate,
  type SampleSums,
  sequenceExcessP,
  sequenceP,
  sequenceRho,
} from '@laurel/domain';
import * as fc from 'fast-check';

// Values of GrowthBook's packages/stats/tests/frequentist/test_tests.py.
const first: SampleSums = { n: 3000, sum: 1396.87, sumSquares: 52_377.9767 };
const second: SampleSums = { n: 3461, sum: 2422.7, sumSquares: 134_698.29 };

function known(estimate: SampledEstimate | null): SampledEstimate {
  if (estimate === null) throw new Error('there is an estimate');
  return estimate;
}

/** With GrowthBook's variance p(1 − p), which divides by n. */
function proportion(successes: number, n: number): SampleSums {
  const p = successes / n;
  return { n, sum: successes, sumSquares: p * (1 - p) * (n - 1) + n * p * p };
}

test('the tuning parameter of a confidence sequence is that of GrowthBook', () => {
  expect(sequenceRho({ alpha: 0.05, bestAt: 5000 })).toBeCloseTo(0.03984006677, 11);
  expect(sequenceRho({ alpha: 0.05, bestAt: 1000 })).toBeCloseTo(0.08908509753, 11);
});

test('at its best sample a sequence is 1.55 times as wide as an interval for one look', () => {
  const { low, high } = confidenceSequence({ value: 0, standardError: 1, n: 5000 }, { alpha: 0.05, bestAt: 5000 });
  expect((high - low) / 2 / 1.959963984540054).toBeCloseTo(1.5486, 4);
});

test('the relative sequence is that of GrowthBook', () => {
  const estimate = known(relativeDifference(first, second));
  const { low, high } = confidenceSequence(estimate, { alpha: 0.05, bestAt: 1000 });
  expect([estimate.value, estimate.standardError, low, high].map((value) => Number(value.toFixed(5)))).toEqual([
    0.50336, 0.33341, -0.55844, 1.56516,
  ]);
  expect(sequenceP(estimate, { alpha: 0.05, bestAt: 1000 })).toBe(1);
});

test('the absolute p of a sequence is that of GrowthBook', () => {
  expect(sequenceP(known(differenceOfMeans(first, second)), { alpha: 0.05, bestAt: 5000 })).toBeCloseTo(0.760125, 6);
});

test('the one-sided bounds are those of GrowthBook', () => {
  const level = { alpha: 0.05, bestAt: 5000 };
  const absolute = known(differenceOfMeans(first, second));
  expect(absolute.value).toBeCloseTo(0.234377, 6);
  expect(absolute.standardError).toBeCloseTo(0.129831, 6);
  expect(lowerSequenceBound(absolute, level)).toBeCloseTo(-0.12656844, 8);
  expect(lowerSequenceBound(known(relativeDifference(first, second)), level)).toBeCloseTo(-0.423564546, 8);
});

test('the one-sided p is the level at which the bound is zero; GrowthBook searches it to three digits', () => {
  const estimate = known(differenceOfMeans(first, second));
  const p = sequenceExcessP(estimate, { alpha: 0.05, bestAt: 5000 });
  expect(p).toBeCloseTo(0.463165, 3);
  expect(sequenceExcessP({ ...estimate, value: -1 }, { alpha: 0.05, bestAt: 5000 })).toBe(1);
});

test('the sequence of two proportions is that of GrowthBook', () => {
  const estimate = known(relativeDifference(proportion(1396, 3000), proportion(2422, 3461)));
  const { low, high } = confidenceSequence(estimate, { alpha: 0.05, bestAt: 5000 });
  expect([estimate.value, low, high].map((value) => Number(value.toFixed(5)))).toEqual([0.50386, 0.40098, 0.60675]);
  expect(sequenceP(estimate, { alpha: 0.05, bestAt: 5000 })).toBeLessThan(1e-20);
});

test('a sequence excludes zero exactly when its p is below the level', () => {
  const value = fc.double({ min: -5, max: 5, noNaN: true });
  const size = fc.integer({ min: 10, max: 1_000_000 });
  fc.assert(
    fc.property(value, size, fc.double({ min: 0.001, max: 0.4, noNaN: true }), (effect, n, alpha) => {
      const estimate = { value: effect, standardError: 1, n };
      const level = { alpha, bestAt: 2500 };
      const { low, high } = confidenceSequence(estimate, level);
      expect(low > 0 || high < 0).toBe(sequenceP(estimate, level) < alpha);
      expect(lowerSequenceBound(estimate, level) > 0).toBe(effect > 0 && sequenceExcessP(estimate, level) < alpha);
    }),
  );
});

test('means of too few observations, or relative to zero, have no estimate', () => {
  expect(differenceOfMeans({ n: 1, sum: 3, sumSquares: 9 }, second)).toBeNull();
  expect(relativeDifference({ n: 10, sum: 0, sumSquares: 4 }, second)).toBeNull();
});

test('the sequential probability ratio of 10 % against 13 % says no where the fixed test says yes', () => {
  const arms = { n: 1000, difference: 0.03, variance: 0.1 * 0.9 + 0.13 * 0.87 };
  const log = logMixtureRatio(arms, 1e-4);
  expect(Math.exp(log)).toBeCloseTo(1.70032026652, 10);
  expect(alwaysValidP(log)).toBeCloseTo(0.5881244961, 9);
});

test('GrowthBook’s sequence is the normal mixture with v the users and rho their inverse square', () => {
  const level = { alpha: 0.05, bestAt: 2500 };
  const [value, standardError, n] = [0.4, 0.15, 900];
  const mixture = logNormalMixture({
    sum: (value * Math.sqrt(n)) / standardError,
    variance: n,
    rho: 1 / sequenceRho(level) ** 2,
  });
  expect(alwaysValidP(mixture)).toBeCloseTo(sequenceP({ value, standardError, n }, level), 12);
  expect(1 / sequenceRho(level) ** 2).toBeCloseTo(bestRho(2500, 0.05), 9);
});

test('an always-valid p never rises again', () => {
  expect(alwaysValidP(-3, 0.02)).toBe(0.02);
  expect(alwaysValidP(-3)).toBe(1);
  expect(alwaysValidP(5, 0.02)).toBeCloseTo(Math.exp(-5), 12);
});
