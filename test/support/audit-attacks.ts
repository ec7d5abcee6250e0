import { createHash } from 'node:crypto';
import { canonicalJson } from '@laurel/domain';
import type { TestDatabase } from '../integration/postgres/database.js';

/** Changes the ledger as somebody with the owner's rights could. */
export async function tamper(db: TestDatabase, statement: string): Promise<void> {
  await db.query('set session_replication_role = replica');
  await db.query(statement);
  await db.query('set session_replication_role = origin');
}

/** Gives events new hashes that fit what they say now, as an attacker who has read the code would; and the head. */
export async function rebuildChain(
  db: TestDatabase,
  { from, through }: { readonly from: number; readonly through: number },
): Promise<void> {
  for (let sequence = from; sequence <= through; sequence += 1) {
    const [row] = await db.query<{ previous: string; event: Record<string, unknown> }>(
      `select coalesce((select hash from audit_events where sequence = $1::bigint - 1), '') as previous,
         jsonb_build_object('sequence', sequence, 'actor', actor, 'action', action, 'subject', subject, 'detail', detail,
           'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as event
       from audit_events where sequence = $1`,
      [sequence],
    );
    if (row === undefined) throw new Error(`there is no event ${sequence}`);
    const hash = createHash('sha256').update(row.previous).update(canonicalJson(row.event)).digest('hex');
    await tamper(
      db,
      `update audit_events set previous_hash = '${row.previous}', hash = '${hash}' where sequence = ${sequence};
       update audit_head set hash = '${hash}' where events = ${sequence}`,
    );
  }
}
