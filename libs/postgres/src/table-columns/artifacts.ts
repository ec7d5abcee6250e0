import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/artifacts.ts`. */
export const artifactsColumns: ColumnsOf<'artifacts' | 'artifact_uploads' | 'artifact_parts'> = {
  artifacts: {
    owner: 'text',
    path: 'text',
    digest: 'text',
    size: 'bigint',
    stored_by: 'text',
    stored_at: 'timestamptz',
  },
  artifact_uploads: {
    id: 'text',
    owner: 'text',
    path: 'text',
    parts: 'integer',
    started_by: 'text',
    started_at: 'timestamptz',
  },
  artifact_parts: { upload: 'text', part: 'integer', digest: 'text', size: 'bigint' },
};
