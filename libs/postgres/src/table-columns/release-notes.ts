import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/release-notes.ts`. */
export const releaseNotesColumns: ColumnsOf<'release_notes'> = {
  release_notes: {
    project: 'text',
    version: 'integer',
    revision: 'integer',
    text: 'text',
    author: 'text',
    written_at: 'timestamptz',
  },
};
