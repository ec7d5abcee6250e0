import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/logged-models.ts`. */
export const loggedModelsColumns: ColumnsOf<
  | 'tracked_datasets'
  | 'run_datasets'
  | 'logged_models'
  | 'logged_model_params'
  | 'logged_model_tags'
  | 'logged_model_metrics'
  | 'run_token_key'
  | 'run_models'
> = {
  tracked_datasets: {
    dataset_id: 'bigint',
    experiment_id: 'bigint',
    name: 'text',
    digest: 'text',
    source_type: 'text',
    source: 'text',
    schema: 'text?',
    profile: 'text?',
  },
  run_datasets: { run_id: 'text', dataset_id: 'bigint', context: 'text?', tags: 'jsonb' },
  logged_models: {
    model_id: 'text',
    experiment_id: 'bigint',
    name: 'text',
    artifact_uri: 'text',
    status: 'text',
    model_type: 'text',
    source_run_id: 'text',
    created_ms: 'bigint',
    updated_ms: 'bigint',
    lifecycle_stage: 'text',
  },
  logged_model_params: { model_id: 'text', key: 'text', value: 'text' },
  logged_model_tags: { model_id: 'text', key: 'text', value: 'text' },
  logged_model_metrics: {
    model_id: 'text',
    name: 'text',
    logged_ms: 'bigint',
    step: 'bigint',
    run_id: 'text',
    value: 'double precision',
    dataset_name: 'text?',
    dataset_digest: 'text?',
  },
  run_token_key: { single: 'boolean', key: 'text' },
  run_models: { run_id: 'text', model_id: 'text', role: 'text', step: 'bigint' },
};
