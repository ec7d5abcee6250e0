import type { Audit, AuditEvent, AuditPlace } from '@laurel/ports';
import { sql } from 'kysely';
import { readNewest } from '../pages.js';
import { appendAudit } from '../repositories/audit.js';
import { type Connection, transact } from '../transact.js';
import type { AuditRow } from './chain.js';
import { pruneEvents } from './prune.js';
import { stretchAfter, verifyChain } from './verify.js';

export function createAudit(db: Connection): Audit {
  return {
    append: (event) => transact(db, (trx) => appendAudit(trx, event)),
    list: (page) => readNewest(db, 'audit_events', { page, item: toEvent }),
    after: async (sequence, limit) => {
      const query = db.selectFrom('audit_events').selectAll().where('sequence', '>', sequence);
      return (await query.orderBy('sequence').limit(limit).execute()).map(toEvent);
    },
    head: () => headOf(db),
    verify: (witness) => snapshot(db, (trx) => verifyChain(trx, witness)),
    stretch: (place, limit) => snapshot(db, (trx) => stretchAfter(trx, place, limit)),
    lastBefore: async (at) => {
      const row = await db
        .selectFrom('audit_events')
        .select(sql<number>`coalesce(max(sequence), 0)`.as('last'))
        .where('at', '<', at)
        .executeTakeFirstOrThrow();
      return row.last;
    },
    prune: (checkpoint) => pruneEvents(db, checkpoint),
  };
}

async function headOf(db: Connection): Promise<AuditPlace> {
  return db.selectFrom('audit_head').select(['events', 'hash']).executeTakeFirstOrThrow();
}

function snapshot<T>(db: Connection, read: (trx: Connection) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);
}

function toEvent(row: AuditRow): AuditEvent {
  const { previous_hash: previousHash, ...event } = row;
  return { ...event, previousHash };
}
