import type { AttemptHistory, Digest, RunId, VersionRef } from '@laurel/domain';

/** Names a version that a client registered. */
export interface RegistrationKey {
  readonly name: string;
  readonly version: number;
}

/** Input of `registerModel`. */
export interface RegisterModel extends RegistrationKey {
  /** Where the conversion of a history that grew too long left off. */
  readonly carried?: AttemptHistory;
}

/** The content of a version, copied for good: its id names the copy, its digest the listing. */
export interface PinnedContent {
  readonly id: string;
  readonly digest: Digest;
  readonly files: number;
  readonly bytes: number;
  /** Registered under the name of a Laurel project, whose gates it then has to pass. */
  readonly managed: boolean;
}

/** What an MLmodel file says, and what was tried. */
export interface CheckedContent {
  /** The flavor that names the framework, for example `sklearn`. */
  readonly flavor: string;
  /** File of the model within the content; `null` where the flavor names none. */
  readonly data: string | null;
  /** What the inputs and outputs are called and of which type; the next number is computed from it. */
  readonly inputs: readonly DescribedColumn[];
  readonly outputs: readonly DescribedColumn[];
}

export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

export type RegistrationOutcome =
  | {
      readonly kind: 'ready';
      readonly content: PinnedContent;
      readonly checked: CheckedContent;
      /** The version that Laurel made of it; `null` for one that only MLflow's clients load. */
      readonly packaged: VersionRef | null;
      /** What people should know although nothing is wrong; `null` when there is nothing. */
      readonly message: string | null;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The gates behind a version that a client registered. */
export interface RegistrationActivities {
  /** Copies the listing of the source to the version. Errors: `NotFound` (no such source, nothing in it), `TooLarge`. */
  pinContent(key: RegistrationKey): Promise<PinnedContent>;
  /** First outcome wins. */
  concludeRegistration(input: RegistrationKey & { readonly outcome: RegistrationOutcome }): Promise<void>;
}

export interface ContentActivities {
  /** Lays the files out below `model/` in a folder of the run's own, for the job that converts them. */
  placeModel(input: { readonly content: PinnedContent; readonly runId: RunId }): Promise<{ readonly folder: string }>;
  /**
   * Reads MLmodel without running anything, and loads an ONNX graph in the disposable child. Errors: `ModelUnsafe` with one
   * sentence.
   */
  checkContent(input: RegistrationKey & { readonly content: PinnedContent }): Promise<CheckedContent>;
}
