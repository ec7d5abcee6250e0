import { chiSquareSf } from './distributions.js';

/** Below this p-value arms do not have the shares they were given (GrowthBook's threshold). */
export const sampleRatioAlpha = 0.001;

/** Fewest expected observations per arm for the chi-square approximation (GrowthBook's number). */
export const leastExpected = 8;

export interface SampleRatio {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

/**
 * Chi-square test of observed counts against intended weights (any positive scale), for the counts of one split only:
 * counts of several splits must not be pooled. `null` when an arm expects fewer than 8, or there are fewer than two
 * arms with a weight.
 */
export function sampleRatioMismatch(input: {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
}): SampleRatio | null {
  const { counts, weights } = input;
  if (counts.length !== weights.length) throw new RangeError('counts and weights must have the same length');
  const arms = counts
    .map((count, index) => ({ count, weight: weights[index] ?? 0 }))
    .filter(({ weight, count }) => weight > 0 || count > 0);
  const total = arms.reduce((sum, { count }) => sum + count, 0);
  const whole = arms.reduce((sum, { weight }) => sum + weight, 0);
  const expected = arms.map(({ weight }) => (total * weight) / whole);
  if (arms.length < 2 || !expected.every((n) => n >= leastExpected)) return null;
  const chiSquare = arms.reduce((sum, { count }, index) => {
    const n = expected[index] ?? 0;
    return sum + (count - n) ** 2 / n;
  }, 0);
  const degreesOfFreedom = arms.length - 1;
  return { chiSquare, degreesOfFreedom, pValue: chiSquareSf(chiSquare, degreesOfFreedom) };
}

/** What was counted under one split, and its intended weights. */
export interface SplitCounts {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Test of all steps of a ramp together: chi-squares and degrees of freedom add up, so that a step with other weights raises no
 * alarm. Steps too small for the approximation are left out; `null` when none is left.
 */
export function sampleRatioOverSteps(steps: readonly SplitCounts[]): SampleRatio | null {
  const tested = steps.map(sampleRatioMismatch).filter((result) => result !== null);
  if (tested.length === 0) return null;
  const chiSquare = tested.reduce((sum, result) => sum + result.chiSquare, 0);
  const degreesOfFreedom = tested.reduce((sum, result) => sum + result.degreesOfFreedom, 0);
  return { chiSquare, degreesOfFreedom, pValue: chiSquareSf(chiSquare, degreesOfFreedom) };
}
