import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/serving.ts`. */
export const servingColumns: ColumnsOf<
  'leases' | 'acknowledgements' | 'ejections' | 'arm_sums' | 'arm_keys' | 'predictions' | 'feedback'
> = {
  leases: { process: 'text', lease_until: 'timestamptz' },
  acknowledgements: { endpoint: 'text', epoch: 'bigint', process: 'text', loaded: 'text[]', at: 'timestamptz' },
  ejections: { endpoint: 'text', epoch: 'bigint', process: 'text', reason: 'text', at: 'timestamptz' },
  arm_sums: {
    endpoint: 'text',
    epoch: 'bigint',
    arm: 'text',
    version: 'integer',
    process: 'text',
    second: 'bigint',
    requests: 'bigint',
    errors: 'bigint',
    disagreements: 'bigint',
    latency: 'jsonb',
  },
  arm_keys: { endpoint: 'text', epoch: 'bigint', arm: 'text', key_hash: 'bigint' },
  predictions: {
    prediction_id: 'text',
    endpoint: 'text',
    epoch: 'bigint',
    arm: 'text',
    version: 'integer',
    at: 'timestamptz',
    label: 'text?',
    value: 'double precision?',
    confidence: 'double precision?',
    latency_milliseconds: 'double precision',
    status: 'text',
    fallback: 'boolean',
    shadow_of: 'text?',
  },
  feedback: {
    prediction_id: 'text',
    truth: 'text',
    truth_value: 'double precision?',
    at: 'timestamptz',
    source: 'text',
    contradictions: 'integer',
  },
};
