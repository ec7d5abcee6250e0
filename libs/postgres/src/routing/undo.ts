import type { Evidence, Split } from '@laurel/domain';
import { sql, type Transaction } from 'kysely';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import { appendEvidence } from '../repositories/evidence.js';
import type { Tables } from '../tables.js';
import type { RolloutRow } from './held-rollout.js';
import { retire, splitIn, toSplit, writeNextEpoch } from './split-rows.js';
import { aliasOf, setAlias } from './standing.js';

export interface Undoing {
  readonly by: string;
  readonly reason: string;
  readonly codeVersion: string;
}

/**
 * Puts split, alias and stage back to what the rollout found (I5), with evidence and audit. The endpoint is locked and
 * the rollout neither ended nor undone. A new epoch is written only when the committed split is another one now.
 */
export async function undoRollout(
  trx: Transaction<Tables>,
  rollout: RolloutRow,
  undoing: Undoing,
): Promise<Split | null> {
  const split = await restoreSplit(trx, rollout, undoing.reason);
  await restoreStanding(trx, rollout);
  await trx.updateTable('rollouts').set({ restored_at: sql<string>`now()` }).where('id', '=', rollout.id).execute();
  await appendEvidence(trx, rollbackEvidence(rollout, { split, codeVersion: undoing.codeVersion }));
  const detail = {
    challenger: rollout.challenger,
    champion: rollout.champion,
    epoch: split?.epoch ?? null,
    reason: undoing.reason,
  };
  await appendAudit(trx, { actor: undoing.by, action: 'rollout.restored', subject: rollout.id, detail });
  await appendEvent(trx, { type: 'rollout.restored', subject: rollout.id, detail });
  return split;
}

async function restoreSplit(trx: Transaction<Tables>, rollout: RolloutRow, reason: string): Promise<Split | null> {
  const { endpoint, incarnation, before } = rollout;
  const committed = (await splitIn(trx, endpoint, 'committed')) ?? null;
  if ((committed?.epoch ?? null) === before.epoch) {
    await retire(trx, endpoint, ['prepared']);
    return committed;
  }
  if (before.epoch === null) {
    await retire(trx, endpoint, ['prepared', 'committed']);
    return null;
  }
  const remembered = await trx
    .selectFrom('splits')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', before.epoch)
    .executeTakeFirstOrThrow();
  return writeNextEpoch(
    trx,
    { ...toSplit(remembered), fence: incarnation, incarnation, appliedBy: rollout.id, reason },
    { changeId: '@restore', state: 'committed' },
  );
}

/** What somebody has pointed elsewhere meanwhile is left alone. */
async function restoreStanding(trx: Transaction<Tables>, { project, challenger, before }: RolloutRow): Promise<void> {
  if ((await aliasOf(trx, project, 'challenger')) === challenger.version) {
    await setAlias(trx, { project, alias: 'challenger', version: before.challengerAlias });
  }
  await trx
    .updateTable('model_versions')
    .set({ stage: before.stage })
    .where('project', '=', project)
    .where('version', '=', challenger.version)
    .where('stage', '=', 'Staging')
    .execute();
}

function rollbackEvidence(
  rollout: RolloutRow,
  { split, codeVersion }: { readonly split: Split | null; readonly codeVersion: string },
): Evidence {
  return {
    id: `${rollout.id}/rollback`,
    kind: 'rollback',
    endpoint: rollout.endpoint,
    rollout: rollout.id,
    step: rollout.step,
    look: null,
    at: new Date().toISOString(),
    epoch: split?.epoch ?? null,
    champion: rollout.champion,
    challenger: rollout.challenger,
    policyDigest: null,
    input: null,
    decision: { verdict: 'fail', action: 'rollBack', reasons: [], metrics: [] },
    codeVersion,
  };
}
