import type { Digest, RunId } from '@laurel/domain';

/** The trainer's code as it lay in its folder when a run read it. */
export interface CodeState {
  /** Of the names and contents of the folder's files, data and the project file left out. */
  readonly digest: Digest;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
}

/** A project's folder, and copies of it as it was. */
export interface SourceCode {
  /** Looks at a folder. Errors: `NotFound` when there is no such folder. */
  describe(folder: string): Promise<CodeState>;
  /**
   * Stores the files that `describe` counts and returns the digest of their manifest; the same files give the same one.
   * `null`, and nothing is stored, when they are too large to be code. Errors: `NotFound`, `StorageFull`.
   */
  keep(folder: string): Promise<Digest | null>;
  /** Lays kept files out in a folder of the run's own; asked again, the same folder. Errors: `NotFound`, `PackageTampered`. */
  layOut(kept: Digest, runId: RunId): Promise<string>;
  /** Removes what was laid out for a run. Harmless when there is nothing. */
  clear(runId: RunId): Promise<void>;
}
