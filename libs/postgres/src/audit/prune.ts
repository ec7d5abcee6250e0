import type { AuditCheckpoint } from '@laurel/ports';
import { sql } from 'kysely';
import { removeInParts } from '../remove-in-parts.js';
import { appendAudit } from '../repositories/audit.js';
import { type Connection, transact } from '../transact.js';

/** First the right to remove, with its own entry in the log; then the removal, in short transactions. */
export async function pruneEvents(db: Connection, checkpoint: AuditCheckpoint): Promise<{ readonly removed: number }> {
  const { events: through, hash, reason } = checkpoint;
  await transact(db, async (trx) => {
    const fresh = await trx
      .insertInto('audit_checkpoints')
      .values({ through, hash })
      .onConflict((conflict) => conflict.column('through').doNothing())
      .returning('through')
      .executeTakeFirst();
    if (fresh === undefined) return;
    const detail = { through, hash, reason };
    await appendAudit(trx, { actor: 'laurel', action: 'audit.pruned', subject: 'audit', detail });
  });
  return removeInParts((limit) =>
    sql`
      delete from audit_events where sequence in (
        select sequence from audit_events where sequence <= ${through} order by sequence limit ${limit})
    `.execute(db),
  );
}
