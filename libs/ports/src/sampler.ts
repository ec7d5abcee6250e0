import type { ParameterImportance, Study, TrainerParameters, TrialResult } from '@laurel/domain';

/** A trial somebody ran before, in the study's objectives. `key` makes learning it twice harmless. */
export interface KnownTrial {
  readonly key: string;
  readonly parameters: TrainerParameters;
  readonly values: readonly number[];
}

/**
 * Chooses parameters of trials and says which ones to stop. It remembers per study and trial number, so every call may be
 * made again, by another process too, and answers the same. Errors: `DependencyUnavailable` (its memory does not answer),
 * `PythonMissing` (it cannot be started).
 */
export interface Sampler {
  /** Parameters of trial `number`; `null` when the study has no point left. */
  ask(study: Study, number: number): Promise<TrainerParameters | null>;
  /** Notes the watched metric at a step of a running trial; true when it should stop. */
  report(
    study: Study,
    at: { readonly number: number; readonly step: number; readonly value: number },
  ): Promise<boolean>;
  /** Notes how a trial ended; the first answer stands. Unknown trials are ignored. */
  tell(study: Study, ended: { readonly number: number; readonly result: TrialResult }): Promise<void>;
  /** Adds results of before. */
  learn(study: Study, known: readonly KnownTrial[]): Promise<void>;
  /** Shares per objective, in the study's order; empty until they can be told. */
  importance(study: Study): Promise<readonly ParameterImportance['shares'][]>;
}
