import { LaurelError } from '@laurel/contracts';
import type { Evidence, Split, SplitDraft } from '@laurel/domain';
import type { Routing } from '@laurel/ports';
import type { Transaction } from 'kysely';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import { appendEvidence } from '../repositories/evidence.js';
import type { Tables } from '../tables.js';
import { closeRollout } from './end.js';
import { lockEndpoint } from './endpoint-row.js';
import { heldRollout, type RolloutRow } from './held-rollout.js';
import { checkApprovals, checkEvidence, splitThatLoaded } from './promotion-proof.js';
import { currentReign, type Reign, succeed } from './reigns.js';
import { splitOfChange, writeNextEpoch } from './split-rows.js';
import { aliasOf, setAlias, setStage } from './standing.js';

type Crown = Parameters<Routing['crown']>[0];

const changeId = '@crown';

/**
 * Makes the challenger champion and ends the rollout as promoted, all or nothing. Asked again, it returns the split it
 * wrote. Errors: `StaleFence`, `Conflict` (I4), `ApprovalRequired`, `ModelNotReady`.
 */
export async function crownChallenger(trx: Transaction<Tables>, input: Crown): Promise<Split> {
  const endpoint = await lockEndpoint(trx, input.endpoint);
  const done = await splitOfChange(trx, { ...input, changeId });
  if (done !== undefined) return done;
  const rollout = await heldRollout(trx, endpoint, input);
  if (rollout.challenger.digest !== input.challenger.digest) {
    throw new LaurelError(
      'Conflict',
      `Rollout ${rollout.id} is about ${rollout.challenger.digest}, not the given one.`,
    );
  }
  await checkEvidence(trx, rollout, input.evidenceId);
  const approvers = await checkApprovals(trx, rollout);
  const loaded = await splitThatLoaded(trx, rollout);
  const previous = await currentReign(trx, input.endpoint);
  const { incarnation, evidenceId, endpoint: name } = input;
  const { project, challenger: version } = rollout;
  await succeed(trx, { endpoint: name, project, version, incarnation, evidenceId, restores: null });
  const split = await writeNextEpoch(trx, championOnly(loaded, rollout), { changeId, state: 'committed' });
  await moveStanding(trx, rollout, previous);
  await record(trx, rollout, { split, input, approvers });
  return split;
}

/** Served like the split that loaded it; the header routes of its rollout end with the rollout. */
function championOnly(loaded: Split, { id, incarnation, challenger }: RolloutRow): SplitDraft {
  const { endpoint, stickyKey, salt, baseline, policy } = loaded;
  return {
    endpoint,
    fence: incarnation,
    incarnation,
    arms: [{ ...challenger, role: 'champion', weight: 100 }],
    shadow: null,
    stickyKey,
    salt,
    baseline,
    ...(policy === undefined ? {} : { policy }),
    appliedBy: id,
    reason: `version ${challenger.version} is champion`,
  };
}

async function moveStanding(
  trx: Transaction<Tables>,
  { project, challenger }: RolloutRow,
  previous: Reign | undefined,
): Promise<void> {
  if ((await aliasOf(trx, project, 'challenger')) === challenger.version) {
    await setAlias(trx, { project, alias: 'challenger', version: null });
  }
  await setAlias(trx, { project, alias: 'champion', version: challenger.version });
  if (previous !== undefined) {
    await setStage(trx, { project: previous.project, version: previous.version, stage: 'Archived' });
  }
  await setStage(trx, { project, version: challenger.version, stage: 'Production' });
}

async function record(
  trx: Transaction<Tables>,
  rollout: RolloutRow,
  { split, input, approvers }: { readonly split: Split; readonly input: Crown; readonly approvers: readonly string[] },
): Promise<void> {
  const evidence: Evidence = {
    id: `${rollout.id}/crowning`,
    kind: 'crowning',
    endpoint: rollout.endpoint,
    rollout: rollout.id,
    step: rollout.step,
    look: null,
    at: split.appliedAt,
    epoch: split.epoch,
    champion: rollout.champion,
    challenger: rollout.challenger,
    policyDigest: null,
    input: null,
    decision: { verdict: 'pass', action: 'advance', reasons: [], metrics: [] },
    codeVersion: input.codeVersion,
  };
  await appendEvidence(trx, evidence);
  const detail = {
    rollout: rollout.id,
    champion: rollout.challenger,
    previous: rollout.champion,
    epoch: split.epoch,
    evidenceId: input.evidenceId,
    approvers,
  };
  await appendAudit(trx, { actor: 'laurel', action: 'champion.crowned', subject: rollout.endpoint, detail });
  await appendEvent(trx, { type: 'champion.crowned', subject: rollout.endpoint, detail });
  const end = { rollout: rollout.id, outcome: 'promoted' as const, cause: null, evidenceId: evidence.id, by: 'laurel' };
  await closeRollout(trx, end);
}
