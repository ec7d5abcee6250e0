import type { AttemptHistory, AttemptPolicy, Cost, Digest, ProjectRun, RunId } from '@laurel/domain';
import type { AttemptReport } from './training-activities.js';

/** Input of `runProject`. */
export interface RunProject extends ProjectRun {
  /** Where a history that grew too long left off. */
  readonly carried?: { readonly attempts: AttemptHistory; readonly cost: Cost | null };
}

/** One start of a project's command. */
export interface ProjectAttempt extends ProjectRun {
  readonly policy: AttemptPolicy;
  readonly history: AttemptHistory;
}

export type ProjectRunOutcome =
  /** `output`: what the command left in `LAUREL_OUTPUT_DIR`. */
  | { readonly kind: 'finished'; readonly output: Digest }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'cancelled' };

/** The record of a project's run. */
export interface ProjectRunActivities {
  /** Makes the run, for Laurel and for clients of MLflow, with its params and tags; asked again, it changes nothing. */
  beginProjectRun(run: ProjectRun): Promise<void>;
  /** First outcome wins. */
  endProjectRun(input: { readonly runId: RunId; readonly outcome: ProjectRunOutcome }): Promise<void>;
}

export interface ProjectJobActivities {
  /** Long, as `runTrainer`: one attempt, started or attached to. Keeps the project's source first. */
  runCommand(input: ProjectAttempt): Promise<AttemptReport>;
}
