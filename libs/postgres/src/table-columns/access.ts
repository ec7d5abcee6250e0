import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/access.ts`. */
export const accessColumns: ColumnsOf<'api_keys' | 'idempotency_keys' | 'platform_events'> = {
  api_keys: {
    id: 'text',
    name: 'text',
    role: 'text',
    secret_hash: 'text',
    created_at: 'timestamptz',
    revoked_at: 'timestamptz?',
  },
  idempotency_keys: {
    actor: 'text',
    key: 'text',
    request_digest: 'text',
    answer: 'jsonb?',
    claimed_at: 'timestamptz',
    completed_at: 'timestamptz?',
  },
  platform_events: { id: 'bigint', at: 'timestamptz', type: 'text', subject: 'text', detail: 'jsonb' },
};
