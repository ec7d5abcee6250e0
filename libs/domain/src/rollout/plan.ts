import type { Duration } from '../duration.js';
import type { ApprovalRules } from '../governance/approval-rules.js';
import type { Percent } from '../ids.js';
import type { ServingPolicy } from '../traffic/split.js';

/** One stage of a rollout, as written in the project file. Field names follow Argo Rollouts where they fit. */
export type RolloutStepSpec =
  | { readonly shadow: { readonly sample: Percent; readonly until: { readonly requests: number } } }
  | { readonly setWeight: Percent }
  | { readonly pause: { readonly duration?: Duration } }
  | { readonly analysis: { readonly metrics: readonly string[] } }
  | { readonly approval: { readonly approvers: number } };

/** A guardrail can only stop a rollout; a decision metric must also be met before it goes on. */
export type MetricRole = 'guardrail' | 'decision';
export type MetricDirection = 'lower' | 'higher';

/** What must be shown before a stage goes on: no worse than the champion by the margin, or better than it. */
export type MetricRule = 'nonInferior' | 'superior';

/**
 * What an analysis demands of one metric. `margin` and `hardLimit` are in the metric's own unit (a latency is written
 * as a duration), `minimumSample` is per arm.
 */
export interface RolloutMetricSpec {
  readonly role: MetricRole;
  readonly direction: MetricDirection;
  readonly margin?: number | Duration;
  readonly hardLimit?: number | Duration;
  readonly minimumSample: number;
  /** Time after a prediction during which its label may still come. */
  readonly maturity?: Duration;
  /** Without it `nonInferior`. */
  readonly rule?: MetricRule;
  /** Greatest probability of a wrong decision about equal arms, half of it in each direction. Without it 0.05. */
  readonly alpha?: number;
  /**
   * Probability that a challenger passes all its metrics when it is what the plan expects: equal, or better by the margin where
   * the rule is `superior`. It sets how long a plan goes on. Without it 0.95.
   */
  readonly power?: number;
  /** Sample per arm with which the plan ends; without it, what `power` needs. */
  readonly maximumSample?: number;
  /** At how many points of the plan a promotion may be decided. Without it 10. */
  readonly looks?: number;
}

/** The whole plan of one rollout, carried in the workflow's input so that a history holds its own numbers. */
export interface RolloutPlan {
  readonly steps: readonly RolloutStepSpec[];
  readonly metrics: { readonly [name: string]: RolloutMetricSpec };
  readonly stickyKey: string | null;
  readonly deadline: Duration;
  /** Constant answer of the endpoint for when no version can answer. */
  readonly baseline: { readonly [output: string]: string | number } | null;
  /** How the endpoint is served from its first split on. */
  readonly policy?: ServingPolicy;
  readonly approval: ApprovalRules;
}
