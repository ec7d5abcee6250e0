import type { DeliveryResult, DueDelivery } from '@laurel/ports';
import { sql } from 'kysely';
import { removeInParts } from '../remove-in-parts.js';
import type { Connection } from '../transact.js';

/**
 * In order per receiver and subject: what came before must be delivered, or given up, first. The limit is one of each
 * receiver, so that what waits for one of them hides nothing of the others.
 */
export async function dueDeliveries(
  db: Connection,
  limit: number,
  of?: { readonly webhook: string; readonly subject: string },
): Promise<readonly DueDelivery[]> {
  const only = of === undefined ? sql`true` : sql`webhook = ${of.webhook} and subject = ${of.subject}`;
  const { rows } = await sql<DueDelivery>`
    select d.id, d.webhook, d.subject, w.url, w.sealed_secret as "sealedSecret", d.body,
      (extract(epoch from now() - coalesce(d.resent_at, d.created_at)) * 1000)::bigint as "ageMilliseconds"
    from (
      select *, row_number() over (partition by webhook order by event_id) as place from (
        select distinct on (webhook, subject) * from webhook_deliveries
        where state = 'pending' and ${only}
        order by webhook, subject, event_id
      ) oldest
      where next_at <= now() and (claimed_until is null or claimed_until < now())
    ) d
    join webhooks w on w.id = d.webhook and w.removed_at is null
    where d.place <= ${limit}
    order by d.event_id`.execute(db);
  return rows;
}

/** One of two that ask at once gets it; a claim whose holder died ends by itself. */
export async function claimDelivery(db: Connection, id: string, milliseconds: number): Promise<number | undefined> {
  const row = await db
    .updateTable('webhook_deliveries')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      claimed_until: sql<string>`now() + make_interval(secs => ${milliseconds / 1_000})`,
    }))
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<', sql<string>`now()`)]))
    .returning('attempts')
    .executeTakeFirst();
  return row?.attempts;
}

/** Writes how a try ended; a delivery that is settled already is left as it is. */
export async function settleDelivery(db: Connection, id: string, result: DeliveryResult): Promise<void> {
  const { delivered, status, error, pauseMilliseconds } = result;
  const state = delivered ? 'delivered' : pauseMilliseconds === null ? 'failed' : 'pending';
  await db
    .updateTable('webhook_deliveries')
    .set({
      state,
      last_status: status,
      last_error: error,
      claimed_until: null,
      delivered_at: delivered ? sql<string>`now()` : null,
      ...(pauseMilliseconds === null
        ? {}
        : { next_at: sql<string>`now() + make_interval(secs => ${pauseMilliseconds / 1_000})` }),
    })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute();
}

/** Removes deliveries that ended and were made, or made anew, longer ago than `milliseconds`. */
export function pruneDeliveries(db: Connection, milliseconds: number): Promise<{ readonly removed: number }> {
  return removeInParts((limit) =>
    sql`
      delete from webhook_deliveries where id in (
        select id from webhook_deliveries
        where state <> 'pending' and coalesce(resent_at, created_at) < now() - make_interval(secs => ${milliseconds / 1_000})
        limit ${limit})
    `.execute(db),
  );
}
