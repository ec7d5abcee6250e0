import type { Digest } from '@laurel/domain';

/** The trainer's code as it lay in its folder when a run read it. */
export interface CodeState {
  /** Of the names and contents of the folder's files, data and the project file left out. */
  readonly digest: Digest;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
}

/** Looks at a project's folder. Errors: `NotFound` when there is no such folder. */
export interface SourceCode {
  describe(folder: string): Promise<CodeState>;
}
