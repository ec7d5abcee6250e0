import type { RunId } from '@laurel/domain';
import { defineQuery, defineSignal } from '@temporalio/workflow';

/** Steps of `trainModel`, in order. */
export const trainingSteps = ['snapshot', 'validate', 'split', 'train', 'package', 'evaluate', 'register'] as const;
export type TrainingStep = (typeof trainingSteps)[number];

export type TriggerKind = 'manual' | 'schedule' | 'newData';

/** Asks for a run to be repeated. `seed` replaces the one it had; `null` keeps it. */
export interface Rerun {
  readonly of: RunId;
  readonly seed: number | null;
}

/** A reason to train that has been inserted under its unique key; only its inserter signals. */
export interface TriggerEvent {
  readonly key: string;
  readonly kind: TriggerKind;
  readonly runId: RunId;
  /** Re-run from this step even where nothing changed. */
  readonly from?: TrainingStep;
  readonly requestedBy: string;
  /** Whether to roll the version out when its gates pass. */
  readonly rollOut: boolean;
  /** Repeats a run instead of training the project as it is now; nothing is registered or rolled out. */
  readonly rerun?: Rerun;
}

/** Input of `scheduledCheck`: what a schedule asks each time it fires. */
export interface ScheduledCheck {
  readonly project: string;
  readonly kind: Extract<TriggerKind, 'schedule' | 'newData'>;
  /** Id of the schedule; part of the trigger's key. */
  readonly schedule: string;
}

/** State of the entity `model/<project>`; plain JSON, carried over continue-as-new. */
export interface ModelLifecycleState {
  readonly schema: 1;
  readonly project: string;
  readonly queue: readonly TriggerEvent[];
  readonly current: TriggerEvent | null;
  /** Keys of the events that have ended, newest last. */
  readonly recent: readonly string[];
  /** Milliseconds since 1970 of the last end of a training; 0 before the first. */
  readonly lastEndedAt: number;
  readonly trained: number;
}

export const triggerFired = defineSignal<[TriggerEvent]>('triggerFired');
export const modelState = defineQuery<ModelLifecycleState>('modelState');
