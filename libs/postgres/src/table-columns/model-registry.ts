import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/model-registry.ts`. */
export const modelRegistryColumns: ColumnsOf<
  | 'registered_models'
  | 'registered_model_tags'
  | 'registered_versions'
  | 'registered_version_tags'
  | 'registered_aliases'
> = {
  registered_models: {
    name: 'text',
    description: 'text?',
    user_id: 'text?',
    managed: 'boolean',
    last_version: 'integer',
    stage_rules: 'jsonb?',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  registered_model_tags: { name: 'text', key: 'text', value: 'text' },
  registered_versions: {
    name: 'text',
    version: 'integer',
    id: 'text',
    source: 'text',
    run_id: 'text?',
    run_link: 'text?',
    model_id: 'text?',
    description: 'text?',
    user_id: 'text?',
    status: 'text',
    status_message: 'text?',
    semver: 'text?',
    digest: 'text?',
    flavor: 'text?',
    signature: 'jsonb?',
    stage: 'text',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  registered_version_tags: { name: 'text', version: 'integer', key: 'text', value: 'text' },
  registered_aliases: { name: 'text', alias: 'text', version: 'integer' },
};
