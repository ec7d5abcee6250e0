import type { MetricDirection } from './plan.js';

/** What a live metric needs, and how it is read. */
export interface RolloutMetricNeeds {
  /** Whether the champion has a value to compare with. */
  readonly arms: 'both' | 'challenger';
  /** Whether it needs the truth that arrives later. */
  readonly labels: boolean;
  /** Stages in which it can be observed. */
  readonly mode: 'shadow' | 'canary' | 'both';
  readonly direction: MetricDirection;
  /** What is compared: shares of events, quantiles of times, or means. */
  readonly measure: 'share' | 'quantile' | 'mean';
  /** Which quantile, 0 to 1. */
  readonly quantile?: number;
  /** `milliseconds`: margins may be written as durations. */
  readonly unit: 'share' | 'milliseconds' | 'value';
  /**
   * Fewest observations at which harm counts, unless the plan's sample is smaller. The first requests of a version are not
   * independent of each other: they meet cold caches together.
   */
  readonly hardSample: number;
}

const share = {
  arms: 'both',
  labels: false,
  mode: 'both',
  direction: 'lower',
  measure: 'share',
  unit: 'share',
  hardSample: 30,
} as const;
const latency = { ...share, measure: 'quantile', unit: 'milliseconds' } as const;

/** Every metric an analysis may name. */
export const rolloutMetricNeeds = {
  errorRate: share,
  latencyP50: { ...latency, quantile: 0.5 },
  latencyP99: { ...latency, quantile: 0.99, hardSample: 100 },
  latencyMean: { ...latency, measure: 'mean' },
  disagreement: { ...share, arms: 'challenger', mode: 'shadow' },
  accuracy: { ...share, labels: true, direction: 'higher' },
  meanAbsoluteError: { ...share, labels: true, measure: 'mean', unit: 'value' },
} as const satisfies { readonly [name: string]: RolloutMetricNeeds };

export type RolloutMetricName = keyof typeof rolloutMetricNeeds;

/** Names of `rolloutMetricNeeds`. */
export const rolloutMetricNames = Object.keys(rolloutMetricNeeds) as readonly RolloutMetricName[];

/** What `name` needs, or `undefined` for a metric nobody knows. */
export function needsOf(name: string): RolloutMetricNeeds | undefined {
  return Object.hasOwn(rolloutMetricNeeds, name) ? rolloutMetricNeeds[name as RolloutMetricName] : undefined;
}
