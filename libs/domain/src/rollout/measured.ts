import { sumsOf } from '../observation/latency-counts.js';
import type { LatencyHistogram } from '../observation/latency-histogram.js';
import type { SampleSums } from '../statistics/confidence-sequence.js';
import type { Proportion } from '../statistics/intervals.js';
import type { DiscordantPairs } from '../statistics/share-margin.js';
import type { ArmObservation, PairObservation } from './evidence.js';
import type { MetricDirection } from './plan.js';
import type { RolloutMetricNeeds } from './rollout-metrics.js';

/** Latencies of both arms. */
export interface BothLatencies {
  readonly champion: LatencyHistogram;
  readonly challenger: LatencyHistogram;
}

/**
 * Both arms in the form in which a metric is tested. Lower is better in all of them: shares are of bad events, means of a metric
 * that should be high are negated.
 */
export type Measured =
  | { readonly kind: 'share'; readonly champion: Proportion; readonly challenger: Proportion }
  | {
      readonly kind: 'pairs';
      readonly champion: Proportion;
      readonly challenger: Proportion;
      readonly pairs: DiscordantPairs;
    }
  | {
      readonly kind: 'quantile';
      readonly quantile: number;
      readonly champion: LatencyHistogram;
      readonly challenger: LatencyHistogram;
    }
  | { readonly kind: 'mean'; readonly champion: SampleSums; readonly challenger: SampleSums };

export interface Seen {
  readonly needs: RolloutMetricNeeds;
  readonly direction: MetricDirection;
  readonly champion: ArmObservation;
  readonly challenger: ArmObservation;
  readonly pairs: PairObservation | undefined;
  readonly latency: BothLatencies | undefined;
}

/** What can be tested of what was seen; `null` where the sums that a test needs are missing. */
export function measuredOf(seen: Seen): Measured | null {
  const { needs, champion, challenger, pairs, latency, direction } = seen;
  if (needs.measure === 'quantile') {
    return latency === undefined ? null : { kind: 'quantile', quantile: needs.quantile ?? 0.5, ...latency };
  }
  if (needs.measure === 'mean') {
    if (latency !== undefined && needs.unit === 'milliseconds') {
      return { kind: 'mean', champion: sumsOf(latency.champion), challenger: sumsOf(latency.challenger) };
    }
    const sign = direction === 'lower' ? 1 : -1;
    const [first, second] = [sampleOf(champion, sign), sampleOf(challenger, sign)];
    return first === null || second === null ? null : { kind: 'mean', champion: first, challenger: second };
  }
  const shares = { champion: badOf(champion, direction), challenger: badOf(challenger, direction) };
  return pairs === undefined ? { kind: 'share', ...shares } : { kind: 'pairs', ...shares, pairs };
}

/** A limit of the metric itself as a limit of what is tested. */
export function asTested(limit: number, { kind }: Measured, direction: MetricDirection): number {
  if (direction === 'lower') return limit;
  return kind === 'mean' ? -limit : 1 - limit;
}

function badOf({ n, value, sum }: ArmObservation, direction: MetricDirection): Proportion {
  const events = sum ?? Math.round((value ?? 0) * n);
  return { n, successes: direction === 'lower' ? events : n - events };
}

function sampleOf({ n, sum, sumSquares }: ArmObservation, sign: 1 | -1): SampleSums | null {
  if (n === 0) return { n, sum: 0, sumSquares: 0 };
  return sum === undefined || sumSquares === undefined ? null : { n, sum: sign * sum, sumSquares };
}
