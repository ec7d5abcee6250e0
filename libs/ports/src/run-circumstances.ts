import type { Circumstances, MadeCircumstances, PlannedCircumstances, Repetition, RunId } from '@laurel/domain';

/** What a run's model depended on and, of a run that repeats another, what came of it. */
export interface RunRecord extends Circumstances {
  readonly repetition: Repetition | null;
}

/** What runs depended on. Writing again replaces what was written, so that every write may happen twice. */
export interface RunCircumstances {
  /** Begins the record of a run. */
  plan(runId: RunId, planned: PlannedCircumstances): Promise<void>;
  /** Errors: `NotFound` when the record was never begun. */
  make(runId: RunId, made: MadeCircumstances): Promise<void>;
  /** Errors: `NotFound` when the record was never begun. */
  repeat(runId: RunId, repetition: Repetition): Promise<void>;
  find(runId: RunId): Promise<RunRecord | undefined>;
}
