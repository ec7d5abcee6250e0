import { LaurelError } from '@laurel/contracts';
import type { RedeliveryOrder } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import { appendAudit } from '../repositories/audit.js';
import type { Tables } from '../tables.js';

/**
 * Makes deliveries pending anew: their tries are counted from nothing and they have their whole time again, under the id
 * they had. One that is being tried at this moment is left to that try.
 */
export async function redeliver(
  trx: Transaction<Tables>,
  { webhook, event, by }: RedeliveryOrder,
): Promise<{ readonly redelivered: number }> {
  const rows = await trx
    .updateTable('webhook_deliveries')
    .set({
      state: 'pending',
      attempts: 0,
      next_at: sql<string>`now()`,
      resent_at: sql<string>`now()`,
      claimed_until: null,
      delivered_at: null,
    })
    .where('webhook', '=', webhook)
    .$if(event !== null, (query) => query.where('event_id', '=', event))
    .$if(event === null, (query) => query.where('state', '=', 'failed'))
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<', sql<string>`now()`)]))
    .returning('id')
    .execute();
  if (event !== null && rows.length === 0) await demandDelivery(trx, webhook, event);
  if (rows.length > 0) {
    const detail = { event, count: rows.length };
    await appendAudit(trx, { actor: by, action: 'webhook.redelivered', subject: webhook, detail });
  }
  return { redelivered: rows.length };
}

async function demandDelivery(trx: Transaction<Tables>, webhook: string, event: number): Promise<void> {
  const row = await trx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('webhook', '=', webhook)
    .where('event_id', '=', event)
    .executeTakeFirst();
  if (row !== undefined) return;
  throw new LaurelError(
    'NotFound',
    `Webhook ${webhook} has no delivery of event ${event}; see laurel webhook deliveries ${webhook}.`,
  );
}
