import { createHash } from 'node:crypto';
import { canonicalJson } from '@laurel/domain';
import type { Audit, AuditEvent } from '@laurel/ports';
import { type Selectable, sql, type Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import { readNewest } from '../pages.js';
import type { AuditEventsTable } from '../tables/evidence-and-audit.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';

export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
}

const verifiedAtOnce = 1_000;

/**
 * Appends to the chain inside `trx`. The row of the head is locked until the commit, so that events follow each other
 * in one order; call it late in a transaction, and before `appendEvent`.
 */
export async function appendAudit(trx: Transaction<Tables>, entry: AuditEntry): Promise<void> {
  const head = await trx
    .selectFrom('audit_head')
    .select(['events', 'hash', sql<string>`date_trunc('milliseconds', clock_timestamp())`.as('at')])
    .forUpdate()
    .executeTakeFirstOrThrow();
  const link = { ...entry, detail: entry.detail ?? null, sequence: head.events + 1, at: head.at };
  const hash = hashOf(head.hash, link);
  await trx
    .insertInto('audit_events')
    .values({ ...link, detail: toJson(link.detail), previous_hash: head.hash, hash })
    .execute();
  await trx.updateTable('audit_head').set({ events: link.sequence, hash }).execute();
}

export function createAudit(db: Connection): Audit {
  return {
    append: (event) => transact(db, (trx) => appendAudit(trx, event)),
    list: (page) => readNewest(db, 'audit_events', { page, item: toEvent }),
    verify: () => db.transaction().setIsolationLevel('repeatable read').execute(verify),
  };
}

/** SHA-256 over the hash before and the event; the order of members does not matter. */
function hashOf(previousHash: string, event: AuditEntry & { readonly sequence: number; readonly at: string }): string {
  const { sequence, at, actor, action, subject, detail } = event;
  const content = canonicalJson({ sequence, at, actor, action, subject, detail });
  return createHash('sha256').update(previousHash).update(content).digest('hex');
}

async function verify(trx: Transaction<Tables>): Promise<{ events: number; firstBroken: number | null }> {
  const head = await trx.selectFrom('audit_head').selectAll().executeTakeFirst();
  let hash = '';
  let sequence = 0;
  for (;;) {
    const rows = await trx
      .selectFrom('audit_events')
      .selectAll()
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(verifiedAtOnce)
      .execute();
    for (const row of rows) {
      if (!follows(row, { sequence, hash })) return { events: head?.events ?? sequence, firstBroken: sequence + 1 };
      ({ sequence, hash } = row);
    }
    if (rows.length < verifiedAtOnce) break;
  }
  const whole = head !== undefined && head.events === sequence && head.hash === hash;
  return { events: head?.events ?? sequence, firstBroken: whole ? null : sequence + 1 };
}

function follows(row: Selectable<AuditEventsTable>, last: { readonly sequence: number; readonly hash: string }) {
  return row.sequence === last.sequence + 1 && row.previous_hash === last.hash && row.hash === hashOf(last.hash, row);
}

function toEvent(row: Selectable<AuditEventsTable>): AuditEvent {
  const { previous_hash: previousHash, ...event } = row;
  return { ...event, previousHash };
}
