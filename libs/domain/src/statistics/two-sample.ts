import type { SampleSums } from './confidence-sequence.js';
import { studentTTwoSided } from './distributions.js';

/** What a t-test needs of a sample. `variance` divides by n − 1. */
export interface SampleMoments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

export interface TwoSampleT {
  /** Mean of the first sample less that of the second. */
  readonly difference: number;
  readonly standardError: number;
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** Two-sided, for a difference of zero. */
  readonly pValue: number;
}

/** Moments of values by Welford's recurrence, without cancellation. A variance of fewer than two values is NaN. */
export function momentsOf(values: ArrayLike<number>): SampleMoments {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    const delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  }
  const n = values.length;
  return { n, mean: n === 0 ? Number.NaN : mean, variance: n < 2 ? Number.NaN : squares / (n - 1) };
}

/** Moments from running sums; a variance that rounding made negative is 0. */
export function momentsOfSums({ n, sum, sumSquares }: SampleSums): SampleMoments {
  const mean = sum / n;
  return { n, mean, variance: n < 2 ? Number.NaN : Math.max(0, (sumSquares - sum * mean) / (n - 1)) };
}

/**
 * Welch's t-test of two independent samples, variances not assumed equal, degrees of freedom by Welch and Satterthwaite.
 * `null` when a sample has fewer than two values or neither has any spread.
 */
export function welchT(a: SampleMoments, b: SampleMoments): TwoSampleT | null {
  const [shareA, shareB] = [a.variance / a.n, b.variance / b.n];
  const squared = shareA + shareB;
  const degreesOfFreedom = squared ** 2 / (shareA ** 2 / (a.n - 1) + shareB ** 2 / (b.n - 1));
  return testOf({ difference: a.mean - b.mean, squaredError: squared, degreesOfFreedom });
}

/** Student's t-test of two independent samples of equal variance. `null` as for `welchT`. */
export function pooledT(a: SampleMoments, b: SampleMoments): TwoSampleT | null {
  const degreesOfFreedom = a.n + b.n - 2;
  const pooled = ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / degreesOfFreedom;
  return testOf({
    difference: a.mean - b.mean,
    squaredError: pooled * (1 / a.n + 1 / b.n),
    degreesOfFreedom,
  });
}

function testOf(input: {
  readonly difference: number;
  readonly squaredError: number;
  readonly degreesOfFreedom: number;
}): TwoSampleT | null {
  const { difference, squaredError, degreesOfFreedom } = input;
  if (!(squaredError > 0)) return null;
  const standardError = Math.sqrt(squaredError);
  const statistic = difference / standardError;
  const pValue = studentTTwoSided(statistic, degreesOfFreedom);
  return { difference, standardError, statistic, degreesOfFreedom, pValue };
}
