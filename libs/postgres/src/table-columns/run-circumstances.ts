import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/run-circumstances.ts`. */
export const runCircumstancesColumns: ColumnsOf<'run_circumstances'> = {
  run_circumstances: {
    run_id: 'text',
    planned: 'jsonb',
    made: 'jsonb?',
    repetition: 'jsonb?',
    planned_at: 'timestamptz',
  },
};
