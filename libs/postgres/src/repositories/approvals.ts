import { LaurelError } from '@laurel/contracts';
import type { Evidence, Rollout } from '@laurel/domain';
import type { ApprovalRecord, Approvals } from '@laurel/ports';
import { type Selectable, type Transaction } from 'kysely';
import type { ApprovalsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { appendAudit } from './audit.js';
import { appendEvent } from './events.js';
import { appendEvidence } from './evidence.js';
import { toRollout } from './rollout-rows.js';

type Grant = Parameters<Approvals['grant']>[0];

export function createApprovals(db: Connection): Approvals {
  return {
    grant: (grant) => transact(db, (trx) => grantApproval(trx, grant)),
    list: (rollout) => approvalsOf(db, rollout),
  };
}

/** Stored approvals of a rollout, oldest first. */
export async function approvalsOf(db: Connection, rollout: string): Promise<readonly ApprovalRecord[]> {
  const rows = await db
    .selectFrom('approvals')
    .selectAll()
    .where('rollout', '=', rollout)
    .orderBy('granted_at')
    .orderBy('approver')
    .execute();
  return rows.map(toRecord);
}

/** The rollout's row is locked, so that the last of several approvers sees the full count. */
async function grantApproval(trx: Transaction<Tables>, { rollout: id, by, codeVersion }: Grant) {
  const row = await trx.selectFrom('rollouts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (row === undefined)
    throw new LaurelError('NotFound', `There is no rollout ${id}; list them with laurel get rollouts.`);
  if (row.status !== 'running') {
    throw new LaurelError('Conflict', `Rollout ${id} has ended as ${row.status}; there is nothing to approve.`);
  }
  const rollout = toRollout(row);
  const evidenceId = `${id}/approval/${by}`;
  const fresh = await trx
    .insertInto('approvals')
    .values({ rollout: id, approver: by, digest: rollout.challenger.digest, evidence_id: evidenceId })
    .onConflict((conflict) => conflict.columns(['rollout', 'approver']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (fresh !== undefined) await record(trx, { rollout, fresh, codeVersion });
  const records = await approvalsOf(trx, id);
  const own = records.find((approval) => approval.by === by);
  if (own === undefined) throw new Error(`the approval of ${id} by ${by} vanished inside its transaction`);
  return { record: own, approvers: records.filter(({ digest }) => digest === rollout.challenger.digest).length };
}

async function record(
  trx: Transaction<Tables>,
  grant: { readonly rollout: Rollout; readonly fresh: Selectable<ApprovalsTable>; readonly codeVersion: string },
): Promise<void> {
  const { rollout, fresh, codeVersion } = grant;
  const evidence: Evidence = {
    id: fresh.evidence_id,
    kind: 'approval',
    endpoint: rollout.endpoint,
    rollout: rollout.id,
    step: rollout.step,
    look: null,
    at: fresh.granted_at,
    epoch: null,
    champion: rollout.champion,
    challenger: rollout.challenger,
    policyDigest: null,
    input: null,
    decision: { verdict: 'pass', action: 'continue', reasons: [], metrics: [] },
    codeVersion,
  };
  await appendEvidence(trx, evidence);
  const detail = { digest: fresh.digest, evidenceId: fresh.evidence_id };
  await appendAudit(trx, { actor: fresh.approver, action: 'approval.granted', subject: rollout.id, detail });
  await appendEvent(trx, { type: 'approval.granted', subject: rollout.id, detail: { ...detail, by: fresh.approver } });
}

function toRecord(row: Selectable<ApprovalsTable>): ApprovalRecord {
  return {
    rollout: row.rollout,
    digest: row.digest,
    by: row.approver,
    at: row.granted_at,
    evidenceId: row.evidence_id,
  };
}
