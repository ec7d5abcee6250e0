import type { ColumnsOf } from './columns-of.js';

/** Columns of the tables in `tables/webhooks.ts`. */
export const webhooksColumns: ColumnsOf<'webhooks' | 'webhook_deliveries'> = {
  webhooks: {
    id: 'text',
    url: 'text',
    topics: 'text[]',
    sealed_secret: 'text',
    created_at: 'timestamptz',
    created_by: 'text',
    removed_at: 'timestamptz?',
    after_event: 'bigint',
  },
  webhook_deliveries: {
    sequence: 'bigint',
    id: 'text',
    webhook: 'text',
    event_id: 'bigint',
    type: 'text',
    subject: 'text',
    body: 'text',
    state: 'text',
    attempts: 'integer',
    next_at: 'timestamptz',
    claimed_until: 'timestamptz?',
    last_status: 'integer?',
    last_error: 'text?',
    created_at: 'timestamptz',
    delivered_at: 'timestamptz?',
    resent_at: 'timestamptz?',
  },
};
