import { brentRoot } from './brent.js';
import { normalQuantile } from './distributions.js';
import type { Interval } from './intervals.js';
import { rankOf } from './ranks.js';
import { erfc } from './special.js';

/** Width to which a shift is searched: that of R's `wilcox.test` and of Kayenta. */
const shiftTolerance = 1e-4;

export interface MannWhitney {
  /** Pairs in which the first sample's value is larger; equal values count half. */
  readonly u: number;
  readonly statistic: number;
  /** Two-sided. */
  readonly pValue: number;
}

/** By how much the first sample lies above the second. */
export interface Shift {
  /** Hodges and Lehmann's estimate: the median of all differences of pairs. */
  readonly estimate: number;
  readonly interval: Interval;
}

/**
 * Mann and Whitney's test (Wilcoxon's rank sum) of whether one sample tends to larger values: normal approximation, the
 * variance corrected for ties, with continuity correction. `null` when a sample is empty or all values are equal.
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): MannWhitney | null {
  const { centred, deviation } = rankSum({ x, y, shift: 0 });
  if (!(deviation > 0)) return null;
  const statistic = (Math.sign(centred) * Math.max(0, Math.abs(centred) - 0.5)) / deviation;
  return {
    u: centred + (x.length * y.length) / 2,
    statistic,
    pValue: erfc(Math.abs(statistic) / Math.SQRT2),
  };
}

/**
 * The shift between two samples with an interval, as R's `wilcox.test` and Kayenta's judge find it: the shifts at which
 * the standardised rank sum is 0 and ±z, by Brent's method to 1e-4. Two samples without any spread differ by exactly
 * their difference. `null` when a sample is empty.
 */
export function shiftOf(x: readonly number[], y: readonly number[], confidence = 0.95): Shift | null {
  if (x.length === 0 || y.length === 0) return null;
  const from = least(x) - most(y);
  const to = most(x) - least(y);
  if (from === to) return { estimate: from, interval: { low: from, high: from } };
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const excess = (quantile: number) => (shift: number) => standardised({ x, y, shift }) - quantile;
  const rootAt = (quantile: number) => {
    const of = excess(quantile);
    if (of(from) <= 0) return from;
    if (of(to) >= 0) return to;
    return brentRoot({ of, from, to, tolerance: shiftTolerance });
  };
  const estimate = brentRoot({ of: excess(0), from, to, tolerance: shiftTolerance });
  return { estimate, interval: { low: rootAt(z), high: rootAt(-z) } };
}

/** The rank sum of `x` − `shift` among `y` in standard deviations, half a rank nearer to zero for continuity. */
export function standardised(input: {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly shift: number;
}): number {
  const { centred, deviation } = rankSum(input);
  return (centred - Math.sign(centred) * 0.5) / deviation;
}

function rankSum(input: { readonly x: readonly number[]; readonly y: readonly number[]; readonly shift: number }) {
  const { x, y, shift } = input;
  const [m, n] = [x.length, y.length];
  const { ranks, tieTerm } = rankOf([...x.map((value) => value - shift), ...y]);
  const sum = ranks.slice(0, m).reduce((all, rank) => all + rank, 0);
  const centred = sum - (m * (m + 1)) / 2 - (m * n) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - tieTerm / ((m + n) * (m + n - 1)));
  return { centred, deviation: Math.sqrt(variance) };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
