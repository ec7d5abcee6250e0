import type { DatasetSplit, Digest, ModelProject, Repetition, RunId } from '@laurel/domain';
import type { Rerun } from '../messages/model-lifecycle.js';
import type { DatasetRef } from './training-activities.js';

export interface RecallInput {
  readonly project: string;
  readonly runId: RunId;
  readonly rerun: Rerun;
}

/** Everything a training takes, as it was. */
export interface Recalled {
  readonly model: ModelProject;
  /** The project's folder, or one with the source as it was then. */
  readonly folder: string;
  readonly dataset: DatasetRef;
  readonly parts: DatasetSplit;
}

export interface CompareInput {
  readonly runId: RunId;
  readonly of: RunId;
  /** Output of the repeating training. */
  readonly output: Digest;
}

/** Repeating a run. */
export interface ReproductionActivities {
  /**
   * What is needed to repeat a run, which becomes the repeating run's own record. Errors: `NotFound` (no such run of the
   * project), `NotRepeatable` (it recorded nothing, never trained, or its source has changed and was not kept).
   */
  recallRun(input: RecallInput): Promise<Recalled>;
  /** Compares the repeating run's model with the one it repeats, and stores the report. */
  compareRuns(input: CompareInput): Promise<Repetition>;
  /** Removes a source that was laid out for a run. Harmless when there is none. */
  clearSource(run: { readonly runId: RunId }): Promise<void>;
}
