import { canonicalJson } from '@laurel/domain';
import type { AuditEntry } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.js';

/**
 * Appends to the chain inside `trx`. The row of the head is locked until the commit, so that events follow each other
 * in one order; call it late in a transaction, and before `appendEvent`.
 */
export async function appendAudit(trx: Transaction<Tables>, entry: AuditEntry): Promise<void> {
  const { actor, action, subject } = entry;
  const detail = canonicalJson(entry.detail ?? null);
  await sql`select append_audit(
    ${actor}, ${action}, ${subject}, ${detail},
    ${JSON.stringify(actor)}, ${JSON.stringify(action)}, ${JSON.stringify(subject)}, ${detail})`.execute(trx);
}
