import { LaurelError } from '@laurel/contracts';
import { refusalText, type Split } from '@laurel/domain';
import type { Transaction } from 'kysely';
import { findEvidence } from '../repositories/evidence.js';
import { promotionOf } from '../repositories/promotion-facts.js';
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

/**
 * I4: people and the clock say yes, by what is stored now. Returns who approved. Errors: `ApprovalRequired` while only
 * approvals are missing, `Conflict` when it was rejected or no window is open.
 */
export async function checkApprovals(trx: Transaction<Tables>, rollout: RolloutRow): Promise<readonly string[]> {
  const { standing } = await promotionOf(trx, rollout);
  if (standing.may) return standing.approvers;
  const code = standing.refusals.every((refusal) => refusal.code === 'tooFewApprovals')
    ? 'ApprovalRequired'
    : 'Conflict';
  throw new LaurelError(code, `Rollout ${rollout.id} may not promote: ${refusalText(standing)}.`);
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
