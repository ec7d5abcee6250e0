import type { AuditPlace } from '@laurel/ports';
import { sql } from 'kysely';
import type { Connection } from '../transact.js';
import type { AuditRow } from './chain.js';

const rowsAtOnce = 4_000;

/**
 * The rows after `after` up to `through`, in order, page by page. The next page is asked for before this one is handed
 * out, so that Postgres reads while the caller computes.
 */
export async function* rowsBetween(
  db: Connection,
  after: number,
  through: number,
): AsyncGenerator<readonly AuditRow[], void> {
  const read = (from: number) => {
    const page = readRows(db, from, Math.min(through, from + rowsAtOnce));
    page.catch(() => undefined);
    return page;
  };
  let next = after < through ? read(after) : undefined;
  for (let from = after; next !== undefined; from += rowsAtOnce) {
    const rows: readonly AuditRow[] = await next;
    next = from + rowsAtOnce < through ? read(from + rowsAtOnce) : undefined;
    yield rows;
  }
}

async function readRows(db: Connection, after: number, through: number): Promise<readonly AuditRow[]> {
  return db
    .selectFrom('audit_events')
    .selectAll()
    .where('sequence', '>', after)
    .where('sequence', '<=', through)
    .orderBy('sequence')
    .execute();
}

/** The head, and the smallest and largest number there is. */
export async function extentOf(
  db: Connection,
): Promise<{ readonly head: AuditPlace | undefined; readonly first: number | null; readonly last: number }> {
  const head = await db.selectFrom('audit_head').select(['events', 'hash']).executeTakeFirst();
  const { first, last } = await db
    .selectFrom('audit_events')
    .select([sql<number | null>`min(sequence)`.as('first'), sql<number>`coalesce(max(sequence), 0)`.as('last')])
    .executeTakeFirstOrThrow();
  return { head, first, last };
}
