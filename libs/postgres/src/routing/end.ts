import { codeVersion, LaurelError } from '@laurel/contracts';
import type { RolloutOutcomeKind } from '@laurel/domain';
import type { Routing } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import type { Tables } from '../tables.js';
import { lockEndpoint } from './endpoint-row.js';
import { findRollout } from './held-rollout.js';
import { undoRollout } from './undo.js';

type End = Parameters<Routing['endRollout']>[0];

/**
 * Closes a running rollout; one that ended, or never began, is left as it is. What was not promoted and not yet undone
 * is undone here (I5), except where an operator is needed. Errors: `Conflict` (promoted, but not crowned).
 */
export async function endRollout(trx: Transaction<Tables>, end: End): Promise<void> {
  const named = await trx
    .selectFrom('rollouts')
    .select(['endpoint', 'incarnation'])
    .where('id', '=', end.rollout)
    .executeTakeFirst();
  if (named === undefined) return;
  await lockEndpoint(trx, named.endpoint);
  const rollout = await findRollout(trx, named.endpoint, named.incarnation);
  if (rollout?.status !== 'running') return;
  if (end.outcome === 'promoted') {
    throw new LaurelError('Conflict', `Rollout ${end.rollout} cannot end as promoted: its challenger was not crowned.`);
  }
  if (rollout.restored_at === null && end.outcome !== 'needsOperator') {
    await undoRollout(trx, rollout, { by: 'laurel', reason: end.cause ?? end.outcome, codeVersion });
  }
  await closeRollout(trx, { ...end, by: 'laurel' });
}

/** Writes the outcome and closes the analysis. The rollout's row is locked, and running. */
export async function closeRollout(trx: Transaction<Tables>, end: End & { readonly by: string }): Promise<void> {
  const { rollout, outcome, cause, evidenceId } = end;
  await trx
    .updateTable('rollouts')
    .set({ status: outcome, cause, evidence_id: evidenceId, ended_at: sql<string>`now()` })
    .where('id', '=', rollout)
    .execute();
  await trx.deleteFrom('open_analyses').where('rollout', '=', rollout).execute();
  const detail = { outcome, cause, evidenceId };
  await appendAudit(trx, { actor: end.by, action: 'rollout.ended', subject: rollout, detail });
  await appendEvent(trx, { type: 'rollout.ended', subject: rollout, detail });
}

/**
 * Undoes what an older rollout left on an endpoint because a newer fence takes over; ends it too, if it runs and an
 * outcome is given.
 */
export async function endOvertaken(
  trx: Transaction<Tables>,
  endpoint: string,
  over: { readonly by: string; readonly codeVersion: string; readonly outcome: RolloutOutcomeKind | null },
): Promise<void> {
  const unfinished = await trx
    .selectFrom('rollouts')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('status', 'in', ['running', 'needsOperator'])
    .orderBy('incarnation', 'desc')
    .forUpdate()
    .execute();
  for (const rollout of unfinished) {
    const cause = `overtaken by ${over.by}`;
    if (rollout.restored_at === null) {
      await undoRollout(trx, rollout, { by: over.by, reason: cause, codeVersion: over.codeVersion });
    }
    if (over.outcome === null || rollout.status !== 'running') continue;
    const end = {
      rollout: rollout.id,
      outcome: over.outcome,
      cause,
      evidenceId: `${rollout.id}/rollback`,
      by: over.by,
    };
    await closeRollout(trx, end);
  }
}
