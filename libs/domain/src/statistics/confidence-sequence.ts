import type { Interval } from './intervals.js';

/*
 * Asymptotic confidence sequences: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and
 * asymptotic confidence sequences", Annals of Statistics 52 (2024); the forms GrowthBook's gbstats uses (its equations 9, 155
 * and 161 for two sides, 134 for one). They hold once the variances are well estimated, not from the first observation.
 */

/** An estimate from `n` observations of both arms together. */
export interface SampledEstimate {
  readonly value: number;
  readonly standardError: number;
  readonly n: number;
}

/** Level, and the number of observations at which the sequence is tightest. */
export interface SequenceLevel {
  readonly alpha: number;
  readonly bestAt: number;
}

/** What was summed of one arm. */
export interface SampleSums {
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
}

/** GrowthBook's tuning parameter ρ: the root of `1/ρ²` of the mixture kernel. */
export function sequenceRho({ alpha, bestAt }: SequenceLevel): number {
  const doubled = -2 * Math.log(alpha);
  return Math.sqrt((doubled + Math.log1p(doubled)) / bestAt);
}

/** Two-sided interval that covers the true value at every look at once with probability 1 − α. */
export function confidenceSequence({ value, standardError, n }: SampledEstimate, level: SequenceLevel): Interval {
  const scale = scaleOf(n, sequenceRho(level));
  const half = standardError * Math.sqrt(scale.factor * Math.log(scale.growth / level.alpha));
  return { low: value - half, high: value + half };
}

/** Lower bound that stays below the true value at every look at once with probability 1 − α. */
export function lowerSequenceBound({ value, standardError, n }: SampledEstimate, level: SequenceLevel): number {
  const scale = scaleOf(n, oneSidedRho(level));
  return value - standardError * Math.sqrt(scale.factor * Math.log1p(scale.growth / (2 * level.alpha)));
}

/** Always-valid p of "the true value is zero". */
export function sequenceP({ value, standardError, n }: SampledEstimate, level: SequenceLevel): number {
  const { factor, growth } = scaleOf(n, sequenceRho(level));
  return Math.min(1, growth * Math.exp(-((value / standardError) ** 2) / factor));
}

/** Always-valid p of "the true value is zero or less"; 1 for a value that is not positive. */
export function sequenceExcessP({ value, standardError, n }: SampledEstimate, level: SequenceLevel): number {
  if (!(value > 0)) return 1;
  const { factor, growth } = scaleOf(n, oneSidedRho(level));
  return Math.min(1, growth / (2 * Math.expm1((value / standardError) ** 2 / factor)));
}

/** Difference of means, second minus first, with unequal variances; `null` below two observations in an arm. */
export function differenceOfMeans(first: SampleSums, second: SampleSums): SampledEstimate | null {
  if (first.n < 2 || second.n < 2) return null;
  return {
    value: second.sum / second.n - first.sum / first.n,
    standardError: Math.sqrt(varianceOf(first) / first.n + varianceOf(second) / second.n),
    n: first.n + second.n,
  };
}

/** Difference of means in parts of the first, by the delta method; `null` where the first mean is zero. */
export function relativeDifference(first: SampleSums, second: SampleSums): SampledEstimate | null {
  const mean = first.sum / first.n;
  if (first.n < 2 || second.n < 2 || mean === 0) return null;
  const ratio = second.sum / second.n / mean;
  const variance = varianceOf(second) / second.n + (ratio ** 2 * varianceOf(first)) / first.n;
  return { value: ratio - 1, standardError: Math.sqrt(variance) / Math.abs(mean), n: first.n + second.n };
}

/** Unbiased variance of one observation from sums, never negative. */
export function varianceOf({ n, sum, sumSquares }: SampleSums): number {
  return Math.max(0, (sumSquares - (sum * sum) / n) / (n - 1));
}

function oneSidedRho({ alpha, bestAt }: SequenceLevel): number {
  return sequenceRho({ alpha: 2 * alpha, bestAt });
}

/** Half-width² = se² · factor · ln(growth / α); growth = √(nρ² + 1). */
function scaleOf(n: number, rho: number) {
  const grown = n * rho * rho + 1;
  return { factor: (2 * grown) / (n * rho * rho), growth: Math.sqrt(grown) };
}
