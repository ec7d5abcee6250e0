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
  /** `milliseconds`: margins may be written as durations. */
  readonly unit: 'share' | 'milliseconds' | 'value';
  /**
   * Fewest observations at which a hard limit counts, unless the plan's sample is smaller. A 99 % quantile of fewer
   * than 100 observations is their maximum: one slow request would decide.
   */
  readonly hardSample: number;
}

const share = { arms: 'both', labels: false, mode: 'both', direction: 'lower', unit: 'share', hardSample: 30 } as const;
const latency = { ...share, unit: 'milliseconds' } as const;

/** Every metric an analysis may name. */
export const rolloutMetricNeeds = {
  errorRate: share,
  latencyP50: latency,
  latencyP99: { ...latency, hardSample: 100 },
  latencyMean: latency,
  disagreement: { ...share, arms: 'challenger', mode: 'shadow' },
  accuracy: { ...share, labels: true, direction: 'higher' },
  meanAbsoluteError: { ...share, labels: true, unit: 'value' },
} as const satisfies { readonly [name: string]: RolloutMetricNeeds };

export type RolloutMetricName = keyof typeof rolloutMetricNeeds;

/** Names of `rolloutMetricNeeds`. */
export const rolloutMetricNames = Object.keys(rolloutMetricNeeds) as readonly RolloutMetricName[];

/** What `name` needs, or `undefined` for a metric nobody knows. */
export function needsOf(name: string): RolloutMetricNeeds | undefined {
  return Object.hasOwn(rolloutMetricNeeds, name) ? rolloutMetricNeeds[name as RolloutMetricName] : undefined;
}
