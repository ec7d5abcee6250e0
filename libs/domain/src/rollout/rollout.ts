import type { Timestamp } from '../ids.js';
import type { VersionRef } from '../traffic/split.js';
import type { RolloutPlan } from './plan.js';

export type RolloutOutcomeKind = 'promoted' | 'rolledBack' | 'aborted' | 'superseded' | 'needsOperator';
export type RolloutStatus = 'running' | RolloutOutcomeKind;

/** Who holds a running rollout where it is, and why. */
export interface RolloutHold {
  readonly by: string;
  readonly reason: string;
  readonly at: Timestamp;
}

/** One attempt to make a version champion of an endpoint. */
export interface Rollout {
  readonly id: string;
  readonly endpoint: string;
  readonly project: string;
  readonly incarnation: number;
  readonly fence: number;
  readonly champion: VersionRef | null;
  readonly challenger: VersionRef;
  readonly plan: RolloutPlan;
  readonly status: RolloutStatus;
  /** Index of the step in progress. */
  readonly step: number;
  readonly cause: string | null;
  /** Set while a person has paused it. */
  readonly hold: RolloutHold | null;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
}

/** What the watcher looks at: the stage of an open rollout in which verdicts count. */
export interface OpenAnalysis {
  readonly rollout: string;
  readonly workflowId: string;
  readonly endpoint: string;
  readonly step: number;
  /** The epoch whose traffic counts; earlier epochs had other weights (Simpson's paradox). */
  readonly epoch: number;
  readonly mode: 'shadow' | 'canary';
  /** Names of the metrics that this stage must settle; other guardrails still guard. */
  readonly settle: readonly string[];
  readonly shadowRequests: number | null;
  readonly openedAt: Timestamp;
}
