import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/tracking.ts`. */
export const trackingColumns: ColumnsOf<
  'experiments' | 'experiment_tags' | 'tracked_runs' | 'run_params' | 'run_tags' | 'run_metrics' | 'run_latest_metrics'
> = {
  experiments: {
    experiment_id: 'bigint',
    name: 'text',
    artifact_location: 'text',
    lifecycle_stage: 'text',
    created_ms: 'bigint',
    updated_ms: 'bigint',
  },
  experiment_tags: {
    experiment_id: 'bigint',
    key: 'text',
    value: 'text',
  },
  tracked_runs: {
    run_id: 'text',
    experiment_id: 'bigint',
    name: 'text',
    user_id: 'text',
    status: 'text',
    start_ms: 'bigint?',
    end_ms: 'bigint?',
    artifact_uri: 'text',
    lifecycle_stage: 'text',
    deleted_ms: 'bigint?',
    owned: 'boolean',
  },
  run_params: { run_id: 'text', key: 'text', value: 'text' },
  run_tags: { run_id: 'text', key: 'text', value: 'text' },
  run_metrics: {
    run_id: 'text',
    name: 'text',
    step: 'bigint',
    attempt: 'integer',
    value: 'double precision',
    logged_ms: 'bigint',
  },
  run_latest_metrics: {
    run_id: 'text',
    name: 'text',
    step: 'bigint',
    logged_ms: 'bigint',
    value: 'double precision',
  },
};
