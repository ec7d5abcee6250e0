import { countAbove, quantileLimits } from '../observation/latency-counts.js';
import { countOf, quantileOf } from '../observation/latency-histogram.js';
import { differenceOfMeans, varianceOf } from '../statistics/confidence-sequence.js';
import { bisect } from '../statistics/roots.js';
import { pairedMarginTest, shareLimitTest, sharesMarginTest } from '../statistics/share-margin.js';
import type { Measured } from './measured.js';

/** No statistic counts for more: no boundary is higher. */
const greatest = 8;

/** Statistic, standard normal at the margin, of "the challenger is worse by less than `margin`": large means shown. */
export function marginStatistic(measured: Measured, margin: number): number {
  if (measured.kind === 'share') {
    return bounded(sharesMarginTest({ ...measured, margin }).statistic);
  }
  if (measured.kind === 'pairs') {
    return bounded(pairedMarginTest(measured.pairs, margin).statistic);
  }
  if (measured.kind === 'quantile') {
    return quantileStatistic(measured, margin);
  }
  const difference = differenceOfMeans(measured.champion, measured.challenger);
  if (difference === null) return 0;
  return ratioOf(margin - difference.value, difference.standardError);
}

/** Statistic of "the challenger is below `limit`", a limit of what is tested. */
export function limitStatistic(measured: Measured, limit: number): number {
  if (measured.kind === 'share' || measured.kind === 'pairs') {
    return bounded(shareLimitTest(measured.challenger, limit).statistic);
  }
  if (measured.kind === 'quantile') {
    const { challenger, quantile } = measured;
    const above = { successes: countAbove(challenger, limit), n: countOf(challenger) };
    return bounded(shareLimitTest(above, 1 - quantile).statistic);
  }
  const { n, sum } = measured.challenger;
  return n < 2 ? 0 : ratioOf(limit - sum / n, Math.sqrt(varianceOf(measured.challenger) / n));
}

/** How far out a quantile's error is read: in a tail it grows faster than z, and near the last boundary it counts. */
const planningZ = 3;

/**
 * Standard error that the difference is expected to have with these samples. It is taken from the champion alone, so that a worse
 * challenger can never lengthen its own plan.
 */
export function plannedError(measured: Measured, margin: number): number {
  if (measured.kind === 'share') {
    const { champion, challenger } = measured;
    const p0 = (champion.successes + 1) / (champion.n + 2);
    const p1 = Math.min(1, p0 + margin);
    return Math.sqrt((p0 * (1 - p0)) / champion.n + (p1 * (1 - p1)) / challenger.n);
  }
  if (measured.kind === 'pairs') {
    const { champion, pairs } = measured;
    const p0 = (champion.successes + 1) / (champion.n + 2);
    return Math.sqrt((2 * p0 * (1 - p0)) / pairs.n);
  }
  if (measured.kind === 'quantile') {
    const { champion, challenger, quantile } = measured;
    const asLarge = Math.sqrt(countOf(champion) / countOf(challenger));
    const value = quantileOf(champion, quantile) ?? 0;
    const above = quantileLimits(champion, quantile, planningZ * asLarge).high - value;
    const below = value - quantileLimits(champion, quantile, planningZ).low;
    return Math.hypot(above, below) / planningZ;
  }
  const { champion, challenger } = measured;
  return Math.sqrt(varianceOf(champion) * (1 / champion.n + 1 / challenger.n));
}

/** Observations of the challenger without which no bound of its quantile exists at `z`, with half as many again; 0 for others. */
export function leastSample(measured: Measured, z: number): number {
  if (measured.kind !== 'quantile') return 0;
  const { quantile } = measured;
  return (1.5 * z * z * Math.max(quantile, 1 - quantile)) / Math.min(quantile, 1 - quantile);
}

/** How many observations the smaller arm has. */
export function sampleOfArms(measured: Measured): number {
  if (measured.kind === 'pairs') {
    return measured.pairs.n;
  }
  if (measured.kind === 'quantile') {
    return Math.min(countOf(measured.champion), countOf(measured.challenger));
  }
  return Math.min(measured.champion.n, measured.challenger.n);
}

/** By how much the challenger was seen to be worse than the champion; `null` while one of them has nothing. */
export function excessOf(measured: Measured): number | null {
  const [first, second] = [valueOf(measured, 'champion'), valueOf(measured, 'challenger')];
  return first === null || second === null ? null : second - first;
}

/** What one arm was seen to be, lower being better. */
export function valueOf(measured: Measured, arm: 'champion' | 'challenger'): number | null {
  if (measured.kind === 'quantile') return quantileOf(measured[arm], measured.quantile);
  if (measured.kind === 'mean') return measured[arm].n === 0 ? null : measured[arm].sum / measured[arm].n;
  return measured[arm].n === 0 ? null : measured[arm].successes / measured[arm].n;
}

type Quantiles = Extract<Measured, { kind: 'quantile' }>;

/**
 * The z at which a bound of the difference of quantiles meets the margin. The bound combines the order-statistic limits of both
 * arms by recovering their variances: Zou and Donner, Statistics in Medicine 27 (2008).
 */
function quantileStatistic(measured: Quantiles, margin: number): number {
  const { champion, challenger, quantile } = measured;
  const [q0, q1] = [quantileOf(champion, quantile), quantileOf(challenger, quantile)];
  if (q0 === null || q1 === null) return 0;
  const excess = q1 - q0;
  const shown = excess <= margin;
  const reach = (z: number) => {
    const [limits0, limits1] = [quantileLimits(champion, quantile, z), quantileLimits(challenger, quantile, z)];
    return shown ? Math.hypot(limits1.high - q1, q0 - limits0.low) : Math.hypot(q1 - limits1.low, limits0.high - q0);
  };
  const room = Math.abs(margin - excess);
  const z = bisect((candidate) => reach(candidate) - room, { low: 0, high: greatest, steps: 40 });
  return shown ? z : -z;
}

function ratioOf(distance: number, standardError: number): number {
  if (standardError === 0) return distance === 0 ? 0 : Math.sign(distance) * greatest;
  return bounded(distance / standardError);
}

function bounded(statistic: number): number {
  return Math.max(-greatest, Math.min(greatest, statistic));
}
