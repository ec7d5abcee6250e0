import type { Duration } from '../duration.js';
import type { ApprovalRules } from '../governance/approval-rules.js';
import type { Percent } from '../ids.js';
import type { FreezeWindow } from '../rollout/freeze.js';
import type { NewVersionRule, RolloutMetricSpec, RolloutStepSpec } from '../rollout/plan.js';
import type { RollbackProfile } from '../rollout/retreat.js';
import type { AbTestStrategy, BlueGreenStrategy, LinearStrategy, ShadowOnlyStrategy } from '../rollout/strategy.js';
import type { SweepSpec } from '../sweep/sweep-spec.js';
import type { RouterSpec } from '../traffic/router-spec.js';
import type { BaselineVersion } from '../traffic/split.js';
import type { Goal } from './goal.js';

/** What a model predicts. */
export type Task = 'binary' | 'multiclass' | 'regression';

/** A declared model, as in `laurel.yaml` after validation: every default filled in. */
export interface ModelProject {
  readonly apiVersion: 'laurel/v1';
  readonly kind: 'ModelProject';
  readonly metadata: { readonly name: string; readonly description: string; readonly owner: string };
  readonly spec: ProjectSpec;
}

/** The declared life of a model. */
export interface ProjectSpec {
  readonly task: Task;
  readonly data: DataSpec;
  readonly training: TrainingSpec;
  readonly evaluation: EvaluationSpec;
  readonly approval: ApprovalRules;
  readonly serving: ServingSpec;
  readonly rollout: RolloutSpec;
  readonly triggers: readonly TriggerSpec[];
  /** Least time between the ends of two trainings that nobody asked for by hand. */
  readonly cooldown: Duration;
  /** The search behind `laurel sweep`; `null` when there is none. */
  readonly sweep?: SweepSpec | null;
  readonly monitors?: readonly MonitorSpec[];
  readonly card?: CardSpec;
}

/** What only people know about a model; plain text, `- ` begins an item of a list. */
export interface CardSpec {
  readonly intendedUse?: string;
  readonly outOfScope?: string;
  readonly limitations?: string;
  readonly ethics?: string;
  readonly contact?: string;
  /** An SPDX identifier, or a name. */
  readonly licence?: string;
}

/** A scheduled look at production. */
export interface MonitorSpec {
  readonly name: string;
  readonly kind: 'drift' | 'skew' | 'quality' | 'business';
  readonly every: Duration;
  readonly against: 'training' | 'champion';
  readonly falseAlarmsPer: Duration;
}

export type DataFormat = 'csv' | 'parquet' | 'jsonl';

/** Where the rows come from. */
export interface SourceSpec {
  readonly format: DataFormat;
  /** A path, or `file://`, `s3://`, `lakefs://`, `dvc:` or `postgres:`. */
  readonly uri: string;
  /** `postgres:` only: the statement whose rows are taken. */
  readonly query?: string;
  /** `postgres:` only: longest time the statement may take. */
  readonly timeout?: Duration;
  /** `s3://` only: a compatible of S3 that this installation may reach. */
  readonly endpoint?: string;
}

/** Where the rows come from and what they must satisfy. */
export interface DataSpec {
  readonly source: SourceSpec;
  readonly key: string | null;
  readonly target: { readonly column: string; readonly positive: string | null };
  readonly exclude: readonly string[];
  /** Columns by which fairness is measured. */
  readonly sensitive: readonly string[];
  readonly split: SplitSpec;
  readonly validation: readonly ValidationRule[];
}

/** How rows are divided into train, validation and holdout. */
export interface SplitSpec {
  readonly holdout: Percent;
  readonly validation: Percent;
  readonly stratify: boolean;
  readonly seed: number;
}

/** One rule on top of the inferred schema. `max` of `missing` is a share, 0 to 1. */
export type ValidationRule =
  | {
      readonly column: string;
      readonly min?: number;
      readonly max?: number;
      readonly missing?: { readonly max: number };
    }
  | { readonly rows: { readonly min?: number; readonly max?: number } };

/** How to run the trainer. `contracts.md` section 2 is the protocol it follows. */
export interface TrainingSpec {
  readonly command: readonly string[];
  readonly parameters: { readonly [name: string]: string | number | boolean };
  readonly seed: number;
  readonly checkpoint: { readonly every: number };
  /** Longest time the trainer may run, all attempts together. */
  readonly deadline: Duration;
  /** Longest wait for a machine that fits and for the image; half an hour when absent. */
  readonly pending?: Duration;
  /** Longest silence (no progress, no checkpoint) before a trainer counts as hung. */
  readonly silence: Duration;
  readonly retry: { readonly maximumAttempts: number };
  /** Container image, on Kubernetes. */
  readonly image?: string | null;
  readonly environment?: { readonly python: string | null; readonly lock: string | null };
  readonly resources?: TrainingResources;
  /** Ranks; more than one run under torchrun. */
  readonly workers?: number;
  readonly spot?: { readonly enabled: boolean; readonly fallbackAfterPreemptions: number };
}

/** What one worker of a training needs; sizes as Kubernetes writes them (`2Gi`). */
export interface TrainingResources {
  readonly cpu: number;
  readonly memory: string;
  readonly gpu: { readonly count: number; readonly kind: string | null; readonly shared: boolean };
  readonly sharedMemory: string | null;
}

export interface EvaluationSpec {
  readonly primary: { readonly metric: string; readonly goal: Goal };
  readonly gates: readonly GateSpec[];
  readonly slices: readonly string[];
}

/** A condition an evaluation must meet before a version may be rolled out. */
export type GateSpec = ThresholdGateSpec | ChampionGateSpec;

export interface ThresholdGateSpec {
  readonly metric: string;
  /** For fairness metrics, the sensitive column. */
  readonly by?: string;
  readonly min?: number;
  readonly max?: number;
}

/** Non-inferiority against the champion on the same rows. */
export interface ChampionGateSpec {
  readonly against: 'champion';
  readonly test: 'pairedT' | 'mcnemar';
  readonly metric: string;
  readonly alpha: number;
  readonly margin: number;
}

export interface ServingSpec {
  readonly endpoint: string;
  readonly processes: number;
  /** Who answers when the chosen version cannot: the version, then the constant; at least one of them. */
  readonly baseline: {
    readonly version?: BaselineVersion;
    readonly constant?: { readonly [output: string]: string | number };
  } | null;
  readonly batching?: { readonly maxRows: number; readonly maxDelay: Duration };
  /** `confidence`: below it the baseline answers. */
  readonly sla: { readonly latency: Duration; readonly confidence?: number | null };
  readonly log: {
    readonly sample: Percent;
    readonly redact: readonly string[];
    readonly durability?: 'relaxed' | 'strict';
  };
  /** What divides the traffic in front of the serving processes; without it they do, by the split table. */
  readonly router?: RouterSpec | null;
}

/** `canary` has its steps written out, every other strategy expands to steps. */
export type StrategyName = 'canary' | 'linear' | 'blueGreen' | 'shadowOnly' | 'abTest';

export interface RolloutSpec {
  readonly strategy: StrategyName;
  /** Parameters of the strategy of the same name; absent for any other. */
  readonly linear?: LinearStrategy;
  readonly blueGreen?: BlueGreenStrategy;
  readonly shadowOnly?: ShadowOnlyStrategy;
  readonly abTest?: AbTestStrategy;
  readonly stickyKey: string | null;
  /** As written for a `canary`; what the strategy expands to for any other. */
  readonly steps: readonly RolloutStepSpec[];
  readonly metrics: { readonly [name: string]: RolloutMetricSpec };
  /** Reached without a decision, the rollout rolls back; it never promotes. */
  readonly deadline: Duration;
  readonly rollback?: RollbackProfile;
  readonly freeze?: readonly FreezeWindow[];
  readonly onNewVersion?: NewVersionRule;
}

/** What starts a training. */
export type TriggerSpec =
  | { readonly schedule: string; readonly timezone: string }
  | { readonly newData: true }
  /** Name of a monitor. */
  | { readonly drift: string }
  | { readonly degradation: { readonly metric: string; readonly below?: number; readonly above?: number } };
