import type { AttemptHistory, Cost, EndCause, TrainingProgress } from '@laurel/domain';
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { TrainingStep } from './model-lifecycle.js';

/** What the query `training` answers: where a run stands, for people. */
export interface TrainingState {
  readonly project: string;
  readonly runId: string;
  readonly step: TrainingStep;
  /** `null` before the step `train`. */
  readonly attempts: AttemptHistory | null;
  readonly maximumAttempts: number;
  readonly progress: TrainingProgress | null;
  /** Of the attempts that have ended. */
  readonly cost: Cost | null;
  readonly lastEnd: {
    readonly attempt: number;
    readonly cause: EndCause;
    readonly charged: boolean;
    readonly message: string;
    readonly advice: string;
  } | null;
}

export const trainingState = defineQuery<TrainingState>('training');
/** How far an attempt is, as its activity tells the workflow now and then. */
export const trainingProgressed = defineSignal<[TrainingProgress]>('trainingProgressed');
