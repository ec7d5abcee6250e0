import { normalCdf } from './distributions.js';
import type { Proportion } from './intervals.js';
import { erfc } from './special.js';

export interface ZTest {
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * Two-sided z-test of equal proportions, `a` less `b`; `pooled` takes the variance under the hypothesis of one common
 * proportion (the usual form of the test), otherwise each arm's own (the form that agrees with Wald's interval).
 * `null` when an arm is empty or the variance is zero.
 */
export function twoProportionZ(
  a: Proportion,
  b: Proportion,
  { pooled }: { readonly pooled: boolean } = { pooled: true },
): ZTest | null {
  const [pa, pb] = [a.successes / a.n, b.successes / b.n];
  const common = (a.successes + b.successes) / (a.n + b.n);
  const variance = pooled ? common * (1 - common) * (1 / a.n + 1 / b.n) : (pa * (1 - pa)) / a.n + (pb * (1 - pb)) / b.n;
  if (!(variance > 0 && Number.isFinite(variance))) return null;
  const statistic = (pa - pb) / Math.sqrt(variance);
  return { statistic, pValue: erfc(Math.abs(statistic) / Math.SQRT2) };
}

/**
 * One-sided z of "`challenger` is worse than `champion` by at least `margin`", higher is better, unpooled Wald: a
 * small p means non-inferior. Without any variance the statistic is infinite, on the side where the difference lies.
 */
export function proportionNonInferiority(champion: Proportion, challenger: Proportion, margin: number): ZTest {
  const [p0, p1] = [shareOf(champion), shareOf(challenger)];
  const error = Math.sqrt((p0 * (1 - p0)) / champion.n + (p1 * (1 - p1)) / challenger.n);
  const excess = p1 - p0 + margin;
  if (error === 0) return excess > 0 ? { statistic: Infinity, pValue: 0 } : { statistic: -Infinity, pValue: 1 };
  const statistic = excess / error;
  return { statistic, pValue: normalCdf(-statistic) };
}

function shareOf({ successes, n }: Proportion): number {
  return n === 0 ? 0 : successes / n;
}
