import { studentTSf, studentTTwoSided } from './distributions.js';

export interface PairedT {
  readonly mean: number;
  readonly standardError: number;
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** Two-sided, for a mean difference of zero. */
  readonly pValue: number;
}

/** Paired t-test on per-item differences; `null` for fewer than two items or when all differ by the same amount. */
export function pairedT(differences: ArrayLike<number>): PairedT | null {
  const n = differences.length;
  if (n < 2) return null;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < n; i += 1) {
    const value = differences[i] ?? 0;
    const delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  }
  const standardError = Math.sqrt(squares / (n - 1) / n);
  if (!(standardError > Math.abs(mean) * 1e-14)) return null;
  const statistic = mean / standardError;
  return {
    mean,
    standardError,
    statistic,
    degreesOfFreedom: n - 1,
    pValue: studentTTwoSided(statistic, n - 1),
  };
}

/**
 * One-sided p of "the mean difference is at most −margin" (positive differences are good): small means non-inferior by
 * `margin`. A standard error of zero decides by the mean alone.
 */
export function nonInferiorityP(
  test: Pick<PairedT, 'mean' | 'standardError' | 'degreesOfFreedom'>,
  margin: number,
): number {
  const { mean, standardError, degreesOfFreedom } = test;
  if (standardError === 0) return mean > -margin || (mean === 0 && margin === 0) ? 0 : 1;
  return studentTSf((mean + margin) / standardError, degreesOfFreedom);
}
