import type { DatasetSplit, TrialCounts } from '@laurel/domain';
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { DatasetRef } from '../activities/training-activities.js';

/** What a sweep carries over continue-as-new; plain JSON. */
export interface SweepState {
  readonly schema: 1;
  /** Milliseconds since 1970 at which it began. */
  readonly startedAt: number;
  /** The data that every trial sees. */
  readonly dataset: DatasetRef;
  readonly parts: DatasetSplit;
  /** Number of the next trial. */
  readonly next: number;
  /** Of ended trials. */
  readonly counts: TrialCounts;
  readonly steps: number;
  readonly gpuMilliseconds: number;
  /** Code and sentence of the first failed trial. */
  readonly firstFailure: { readonly code: string; readonly message: string } | null;
  /** Why no more trials start; `null` while they do. */
  readonly ended: string | null;
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly trials: number;
  readonly counts: TrialCounts;
  readonly steps: number;
  readonly ended: string | null;
}

/** Somebody, or its sweep, asked that a trial stops; it ends as pruned. */
export interface TrialStop {
  readonly by: string;
  readonly reason: string;
}

export const sweepProgress = defineQuery<SweepProgress>('sweepProgress');
export const trialStopped = defineSignal<[TrialStop]>('trialStopped');
