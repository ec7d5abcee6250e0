import { LaurelError } from '@laurel/contracts';
import type { RolloutPlan, Split } from '@laurel/domain';
import type { Transaction } from 'kysely';
import { approvalsOf } from '../repositories/approvals.js';
import { findEvidence } from '../repositories/evidence.js';
import type { Tables } from '../tables.js';
import type { RolloutRow } from './held-rollout.js';
import { namedBy, obstacleTo, readinessOf } from './readiness.js';
import { splitIn } from './split-rows.js';

/**
 * I4: the named evidence is stored, is a PASS of the gates or of a look of this very rollout, and is bound to the
 * challenger's digest. Errors: `Conflict`.
 */
export async function checkEvidence(trx: Transaction<Tables>, rollout: RolloutRow, evidenceId: string): Promise<void> {
  const refuse = (why: string) =>
    new LaurelError(
      'Conflict',
      `Version ${rollout.challenger.version} may not be crowned: evidence ${evidenceId} ${why}.`,
    );
  const evidence = await findEvidence(trx, evidenceId);
  if (evidence === undefined) throw refuse('is not stored');
  if (evidence.challenger.digest !== rollout.challenger.digest) throw refuse('is about another digest');
  if (evidence.decision.verdict !== 'pass') throw refuse(`says ${evidence.decision.verdict}, not pass`);
  if (evidence.kind === 'gate') return;
  if (evidence.kind !== 'look') throw refuse(`is of kind ${evidence.kind}; only gates and looks promote`);
  if (evidence.rollout !== rollout.id) throw refuse(`belongs to rollout ${evidence.rollout}`);
}

/** Errors: `ApprovalRequired` when fewer people than the plan demands have approved this digest. */
export async function checkApprovals(trx: Transaction<Tables>, { id, plan, challenger }: RolloutRow): Promise<void> {
  const needed = approversNeeded(plan);
  if (needed === 0) return;
  const given = (await approvalsOf(trx, id)).filter(({ digest }) => digest === challenger.digest).length;
  if (given >= needed) return;
  throw new LaurelError('ApprovalRequired', `Rollout ${id} has ${given} of ${needed} approvals; run laurel approve.`);
}

/** The strictest demand: that of the project, or of an approval step of the plan. */
function approversNeeded({ approval, steps }: RolloutPlan): number {
  const ofSteps = steps.map((step) => ('approval' in step ? step.approval.approvers : 0));
  return Math.max(approval.required ? approval.approvers : 0, ...ofSteps, 0);
}

/**
 * The split whose processes hold the challenger: the committed one, or a prepared one that every live process has
 * acknowledged. Errors: `ModelNotReady`.
 */
export async function splitThatLoaded(trx: Transaction<Tables>, { endpoint, challenger }: RolloutRow): Promise<Split> {
  const names = (split: Split) => namedBy(split).includes(challenger.digest);
  const committed = await splitIn(trx, endpoint, 'committed');
  if (committed !== undefined && names(committed)) return committed;
  const prepared = await splitIn(trx, endpoint, 'prepared');
  const obstacle =
    prepared !== undefined && names(prepared)
      ? obstacleTo(await readinessOf(trx, endpoint, prepared.epoch))
      : 'no committed or prepared split names it';
  if (obstacle === undefined && prepared !== undefined) return prepared;
  throw new LaurelError('ModelNotReady', `Version ${challenger.version} is not loaded on ${endpoint}: ${obstacle}.`);
}
