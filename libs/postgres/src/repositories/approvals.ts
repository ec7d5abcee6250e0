import { LaurelError } from '@laurel/contracts';
import {
  type ApprovalFact,
  type ApprovalValues,
  expiryOf,
  flawOf,
  flawTexts,
  formProblems,
  mayDecide,
} from '@laurel/domain';
import type { ApprovalDecision, ApprovalRecord, Approvals } from '@laurel/ports';
import { type Selectable, type Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import type { ApprovalsTable, RolloutsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';
import { recordApproval } from './approval-record.js';
import { type Promotion, promotionOf, rolesOf } from './promotion-facts.js';

export function createApprovals(db: Connection): Approvals {
  return {
    decide: (decision) => transact(db, (trx) => decide(trx, decision)),
    list: (rollout) => approvalsOf(db, rollout),
    standing: (id) =>
      transact(db, async (trx) => {
        const { rules, facts, standing, now } = await promotionOf(
          trx,
          known(await rolloutRow(trx, id).executeTakeFirst(), id),
        );
        return { ...standing, now, expiresAt: expiryOf(rules, facts) };
      }),
  };
}

/** Stored decisions about a rollout, oldest first. */
async function approvalsOf(db: Connection, rollout: string): Promise<readonly ApprovalRecord[]> {
  const rows = await db
    .selectFrom('approvals')
    .selectAll()
    .where('rollout', '=', rollout)
    .orderBy('sequence')
    .execute();
  return rows.map(toRecord);
}

function rolloutRow(trx: Transaction<Tables>, id: string) {
  return trx.selectFrom('rollouts').selectAll().where('id', '=', id);
}

function known(row: Selectable<RolloutsTable> | undefined, id: string): Selectable<RolloutsTable> {
  if (row !== undefined) return row;
  throw new LaurelError('NotFound', `There is no rollout ${id}; list them with laurel get rollouts.`);
}

async function decide(trx: Transaction<Tables>, decision: ApprovalDecision): ReturnType<Approvals['decide']> {
  // Locked, so that the last of several approvers sees the full count.
  const rollout = known(await rolloutRow(trx, decision.rollout).forUpdate().executeTakeFirst(), decision.rollout);
  const made = await knownDecision(trx, decision);
  const promotion = await promotionOf(trx, rollout);
  const counts = promotion.standing.approvers.includes(decision.by) || decision.decision === 'rejected';
  if (made !== undefined && counts) return { record: toRecord(made), standing: promotion.standing };
  if (rollout.status !== 'running') {
    throw new LaurelError(
      'Conflict',
      `Rollout ${rollout.id} has ended as ${rollout.status}; there is nothing to decide.`,
    );
  }
  const role = (await rolesOf(trx, [decision.keyId])).get(decision.keyId) ?? null;
  const fact = factOf(decision, { promotion, role });
  if (decision.decision === 'granted') checkGrant(promotion, fact);
  else checkRejection(promotion, fact);
  const number = promotion.facts.decisions.filter(({ by }) => by === decision.by).length;
  const row = await trx
    .insertInto('approvals')
    .values({
      rollout: rollout.id,
      approver: decision.by,
      digest: fact.digest,
      evidence_id: `${rollout.id}/approval/${decision.by}${number === 0 ? '' : `/${number + 1}`}`,
      decided_at: fact.at,
      decision: fact.decision,
      key_id: decision.keyId,
      reason: fact.reason,
      form: toJson(fact.values),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordApproval(trx, { rollout, row, codeVersion: decision.codeVersion });
  return { record: toRecord(row), standing: (await promotionOf(trx, rollout)).standing };
}

/** The newest decision of this kind by this person. */
function knownDecision(
  trx: Transaction<Tables>,
  { rollout, by, decision }: ApprovalDecision,
): Promise<Selectable<ApprovalsTable> | undefined> {
  return trx
    .selectFrom('approvals')
    .selectAll()
    .where('rollout', '=', rollout)
    .where('approver', '=', by)
    .where('decision', '=', decision)
    .orderBy('sequence', 'desc')
    .executeTakeFirst();
}

function factOf(
  { by, decision, reason, form }: ApprovalDecision,
  { promotion, role }: { readonly promotion: Promotion; readonly role: string | null },
): ApprovalFact {
  // Whatever the values are, a grant is refused below unless they fill in the form.
  const values = form as ApprovalValues;
  return { by, decision, reason, values, role, digest: promotion.facts.digest, at: promotion.now };
}

/** The very rules that are asked at the crowning. Errors: `Conflict`, `Forbidden`, `InvalidInput`. */
function checkGrant({ rules, facts, standing, now }: Promotion, fact: ApprovalFact): void {
  const rejection = standing.refusals.find(({ code }) => code === 'rejected');
  if (rejection !== undefined) {
    throw new LaurelError('Conflict', 'The rollout has been rejected; roll the version out anew to have it approved.');
  }
  const flaw = flawOf(rules, { facts, fact, now });
  if (flaw === undefined) return;
  const message = `This approval ${flawTexts[flaw]}.`;
  if (flaw === 'author' || flaw === 'role' || flaw === 'revoked') throw new LaurelError('Forbidden', message);
  if (flaw === 'reason') throw needsReason();
  if (flaw !== 'form') throw new LaurelError('Conflict', message);
  const details = formProblems(rules.form ?? {}, fact.values).map(({ field, message }) => ({
    path: `form.${field}`,
    message,
  }));
  const list = details.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new LaurelError('InvalidInput', `The form of this approval is not filled in: ${list}.`, { details });
}

/** An author may take the version back; a person without the role may not. Errors: `Forbidden`, `InvalidInput`. */
function checkRejection({ rules }: Promotion, { role, reason }: ApprovalFact): void {
  if (role === null || !mayDecide(rules, role)) {
    throw new LaurelError('Forbidden', `This rejection ${flawTexts[role === null ? 'revoked' : 'role']}.`);
  }
  if ((reason ?? '').trim() === '') throw needsReason();
}

function needsReason(): LaurelError {
  const details = [{ path: 'reason', message: 'must be filled in' }];
  return new LaurelError('InvalidInput', 'This decision needs a reason; say why.', { details });
}

function toRecord(row: Selectable<ApprovalsTable>): ApprovalRecord {
  return {
    rollout: row.rollout,
    digest: row.digest,
    by: row.approver,
    decision: row.decision,
    reason: row.reason,
    form: row.form,
    at: row.decided_at,
    evidenceId: row.evidence_id,
  };
}
