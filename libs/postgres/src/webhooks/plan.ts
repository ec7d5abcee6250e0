import { createHash } from 'node:crypto';
import { canonicalJson, webhookTopicOf } from '@laurel/domain';
import type { Selectable, Transaction } from 'kysely';
import type { PlatformEventsTable } from '../tables/access.js';
import type { WebhooksTable } from '../tables/webhooks.js';
import type { Tables } from '../tables.js';

/**
 * For each receiver, turns the next events of the outbox into deliveries and remembers how far it came, in one
 * transaction: none is left out, because events are numbered in the order of their commits, and none comes twice.
 */
export async function planDeliveries(trx: Transaction<Tables>, limit: number): Promise<number> {
  const receivers = await trx
    .selectFrom('webhooks')
    .selectAll()
    .where('removed_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  let seen = 0;
  for (const receiver of receivers) {
    const events = await trx
      .selectFrom('platform_events')
      .selectAll()
      .where('id', '>', receiver.after_event)
      .orderBy('id')
      .limit(limit)
      .execute();
    const last = events.at(-1);
    if (last === undefined) continue;
    const wanted = events.filter((event) => isFor(receiver, event));
    if (wanted.length > 0) {
      await trx
        .insertInto('webhook_deliveries')
        .values(wanted.map((event) => deliveryOf(receiver.id, event)))
        .onConflict((conflict) => conflict.columns(['webhook', 'event_id']).doNothing())
        .execute();
    }
    await trx.updateTable('webhooks').set({ after_event: last.id }).where('id', '=', receiver.id).execute();
    seen += events.length;
  }
  return seen;
}

function isFor(receiver: Selectable<WebhooksTable>, event: Selectable<PlatformEventsTable>): boolean {
  if (event.type === 'webhook.test') return event.subject === receiver.id;
  const topic = webhookTopicOf(event);
  return topic !== undefined && receiver.topics.includes(topic);
}

function deliveryOf(webhook: string, event: Selectable<PlatformEventsTable>) {
  const { id: number, at, type, subject, detail } = event;
  const id = createHash('sha256').update(`${webhook}/${number}`).digest('hex').slice(0, 32);
  const topic = webhookTopicOf(event) ?? 'test';
  const body = canonicalJson({ id, event: number, topic, type, subject, at, detail });
  return { id, webhook, event_id: number, type, subject, body };
}
