import type { WrittenAt } from './given-columns.js';

export interface ReleaseNotesTable {
  readonly project: string;
  readonly version: number;
  readonly revision: number;
  readonly text: string;
  readonly author: string;
  readonly written_at: WrittenAt;
}
