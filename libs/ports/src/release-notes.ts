import type { Timestamp } from '@laurel/domain';

/** What a person says about a version. */
export interface ReleaseNote {
  /** Counts the changes from 1. */
  readonly revision: number;
  readonly text: string;
  readonly author: string;
  readonly at: Timestamp;
}

/** Release notes that people write; the newest revision counts and every earlier one is kept. */
export interface ReleaseNotes {
  /** Writes the audit event in the same transaction. The text that counts already is not written again. Error: `NotFound`. */
  write(note: {
    readonly project: string;
    readonly version: number;
    readonly text: string;
    readonly author: string;
  }): Promise<ReleaseNote>;
  /** Newest first. */
  list(project: string, version: number): Promise<readonly ReleaseNote[]>;
}
