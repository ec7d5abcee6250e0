import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/registry.ts`. */
export const registryColumns: ColumnsOf<'model_versions' | 'aliases'> = {
  model_versions: {
    project: 'text',
    version: 'integer',
    semver: 'text',
    digest: 'text',
    run_id: 'text',
    signature: 'jsonb',
    algorithm: 'text',
    metrics: 'jsonb',
    gates: 'jsonb',
    gates_passed: 'boolean',
    lineage: 'jsonb',
    dataset: 'text',
    dataset_version: 'integer',
    stage: 'text',
    created_at: 'timestamptz',
    report: 'text?',
  },
  aliases: { project: 'text', alias: 'text', version: 'integer' },
};
