import { randomUUID } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import type { Webhook, WebhookDelivery, Webhooks } from '@laurel/ports';
import { type Selectable, sql, type Transaction } from 'kysely';
import { readPage } from '../pages.js';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import type { WebhookDeliveriesTable, WebhooksTable } from '../tables/webhooks.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { planDeliveries } from './plan.js';
import { claimDelivery, dueDeliveries, pruneDeliveries, settleDelivery } from './queue.js';
import { redeliver } from './redeliver.js';

export function createWebhooks(db: Connection): Webhooks {
  return {
    register: (webhook) => transact(db, (trx) => register(trx, webhook)),
    list: async () => {
      const rows = await db
        .selectFrom('webhooks')
        .selectAll()
        .where('removed_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toWebhook);
    },
    remove: (id, by) => transact(db, (trx) => remove(trx, id, by)),
    deliveries: async (id, page) => {
      await liveWebhook(db, id);
      return readPage(page, {
        read: ({ before, limit }) =>
          db
            .selectFrom('webhook_deliveries')
            .selectAll()
            .where('webhook', '=', id)
            .where('sequence', '<', before)
            .orderBy('sequence', 'desc')
            .limit(limit)
            .execute(),
        key: ({ sequence }) => sequence,
        item: toDelivery,
      });
    },
    test: (id, by) =>
      transact(db, async (trx) => {
        await liveWebhook(trx, id);
        await appendEvent(trx, { type: 'webhook.test', subject: id, detail: { by } });
        return { event: await lastEvent(trx) };
      }),
    redeliver: (order) =>
      transact(db, async (trx) => {
        await liveWebhook(trx, order.webhook);
        return redeliver(trx, order);
      }),
    plan: (limit) => transact(db, (trx) => planDeliveries(trx, limit)),
    due: (limit, of) => dueDeliveries(db, limit, of),
    claim: (id, milliseconds) => claimDelivery(db, id, milliseconds),
    settle: (id, result) => settleDelivery(db, id, result),
    prune: (milliseconds) => pruneDeliveries(db, milliseconds),
  };
}

/** The audit log names the origin only: the path of a receiver's address may be its password. */
async function register(trx: Transaction<Tables>, given: Parameters<Webhooks['register']>[0]): Promise<Webhook> {
  const { url, topics, sealedSecret, by } = given;
  const row = await trx
    .insertInto('webhooks')
    .values({
      id: randomUUID(),
      url,
      topics: [...topics],
      sealed_secret: sealedSecret,
      created_by: by,
      after_event: await lastEvent(trx),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const detail = { origin: new URL(url).origin, topics };
  await appendAudit(trx, { actor: by, action: 'webhook.registered', subject: row.id, detail });
  return toWebhook(row);
}

async function remove(trx: Transaction<Tables>, id: string, by: string): Promise<void> {
  const row = await liveWebhook(trx, id);
  await trx.updateTable('webhooks').set({ removed_at: sql<string>`now()` }).where('id', '=', id).execute();
  await trx
    .updateTable('webhook_deliveries')
    .set({ state: 'failed', last_error: 'the webhook was removed' })
    .where('webhook', '=', id)
    .where('state', '=', 'pending')
    .execute();
  const detail = { origin: new URL(row.url).origin };
  await appendAudit(trx, { actor: by, action: 'webhook.removed', subject: id, detail });
}

async function liveWebhook(db: Connection, id: string): Promise<Selectable<WebhooksTable>> {
  const row = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new LaurelError('NotFound', `There is no webhook ${id}; list them with laurel webhook list.`);
}

async function lastEvent(db: Connection): Promise<number> {
  const { last } = await db
    .selectFrom('platform_events')
    .select(sql<number>`coalesce(max(id), 0)`.as('last'))
    .executeTakeFirstOrThrow();
  return last;
}

function toWebhook(row: Selectable<WebhooksTable>): Webhook {
  return { id: row.id, url: row.url, topics: row.topics, createdAt: row.created_at, createdBy: row.created_by };
}

function toDelivery(row: Selectable<WebhookDeliveriesTable>): WebhookDelivery {
  return {
    id: row.id,
    webhook: row.webhook,
    event: row.event_id,
    type: row.type,
    subject: row.subject,
    state: row.state,
    attempts: row.attempts,
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: row.created_at,
    nextAt: row.next_at,
    deliveredAt: row.delivered_at,
  };
}
