import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/sweeps.ts`. */
export const sweepsColumns: ColumnsOf<'sweeps' | 'trials'> = {
  sweeps: {
    sequence: 'bigint',
    run_id: 'text',
    project: 'text',
    key: 'text',
    spec: 'jsonb',
    requested_by: 'text',
    roll_out: 'boolean',
    dataset: 'text?',
    importance: 'jsonb',
    registered_trial: 'integer?',
    ended: 'text?',
    asked_at: 'timestamptz',
  },
  trials: {
    sweep: 'text',
    number: 'integer',
    run_id: 'text',
    parameters: 'jsonb',
    state: 'text',
    values: 'jsonb?',
    package: 'text?',
    steps: 'bigint',
    gpu_milliseconds: 'bigint',
    code: 'text?',
    message: 'text?',
    started_at: 'timestamptz',
    ended_at: 'timestamptz?',
  },
};
