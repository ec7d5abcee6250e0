import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/training.ts`. */
export const trainingColumns: ColumnsOf<'run_attempts'> = {
  run_attempts: {
    run_id: 'text',
    attempt: 'integer',
    placement: 'text',
    cpus: 'double precision',
    gpus: 'double precision',
    hourly_price: 'double precision?',
    currency: 'text?',
    node: 'text?',
    waiting: 'text?',
    from_step: 'bigint?',
    last_step: 'bigint',
    checkpoint_step: 'bigint?',
    ran_seconds: 'double precision',
    started_at: 'timestamptz',
    sighted_at: 'timestamptz',
    ended_at: 'timestamptz?',
    cause: 'text?',
    exit_code: 'integer?',
    message: 'text?',
    charged: 'boolean?',
  },
};
