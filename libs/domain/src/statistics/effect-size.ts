import { rankOf } from './ranks.js';
import { momentsOf } from './two-sample.js';

/** Cohen's d: the distance of two means in pooled standard deviations, never negative. NaN without any spread. */
export function cohensD(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [momentsOf(a), momentsOf(b)];
  const pooled = ((first.n - 1) * first.variance + (second.n - 1) * second.variance) / (first.n + second.n - 2);
  return Math.abs(first.mean - second.mean) / Math.sqrt(pooled);
}

/**
 * Common-language effect size (Vargha and Delaney 2000): the share of pairs in which the value of `a` is the larger,
 * equal values counting half. NaN when either is empty.
 */
export function commonLanguageEffect(a: readonly number[], b: readonly number[]): number {
  const { ranks } = rankOf([...a, ...b]);
  const sum = ranks.slice(0, a.length).reduce((all, rank) => all + rank, 0);
  return (2 * sum - a.length * (a.length + 1)) / (2 * a.length * b.length);
}

/** Mean of `a` over mean of `b`; NaN when either mean is zero, for then the ratio says nothing. */
export function meanRatio(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [momentsOf(a).mean, momentsOf(b).mean];
  return first === 0 || second === 0 ? Number.NaN : first / second;
}
