import type { Events } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import { lockUntilCommit } from '../advisory-locks.js';
import { toJson } from '../json-column.js';
import { removeInParts } from '../remove-in-parts.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';

export interface EventEntry {
  readonly type: string;
  readonly subject: string;
  readonly detail: unknown;
}

/**
 * Appends inside `trx`. The lock comes before the number and is held until the commit: a reader who has seen number n
 * will never find a smaller one later. Call it last in a transaction.
 */
export async function appendEvent(trx: Transaction<Tables>, event: EventEntry): Promise<void> {
  await lockUntilCommit(trx, 'events');
  await trx
    .insertInto('platform_events')
    .values({ type: event.type, subject: event.subject, detail: toJson(event.detail) })
    .execute();
}

export function createEvents(db: Connection): Events {
  return {
    append: (event) => transact(db, (trx) => appendEvent(trx, event)),
    after: (id, limit) =>
      db.selectFrom('platform_events').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute(),
    prune: (milliseconds) =>
      removeInParts((limit) =>
        sql`
          delete from platform_events where id in (
            select id from platform_events
            where at < now() - make_interval(secs => ${milliseconds / 1_000})
              and id < (select max(id) from platform_events)
              and id <= all (select after_event from webhooks where removed_at is null)
            order by id limit ${limit})
        `.execute(db),
      ),
  };
}
