import { rolloutId } from '@laurel/contracts';
import type { Evidence, Split, VersionRef } from '@laurel/domain';
import type { Routing } from '@laurel/ports';
import type { Transaction } from 'kysely';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import { appendEvidence } from '../repositories/evidence.js';
import { toVersionRef } from '../repositories/model-version-rows.js';
import type { Tables } from '../tables.js';
import { endOvertaken } from './end.js';
import { type EndpointRow, lockEndpoint, raiseFence, staleFence } from './endpoint-row.js';
import { currentReign, type Reign, reignBefore, reignOf, succeed } from './reigns.js';
import { splitIn, writeNextEpoch } from './split-rows.js';
import { setAlias, setStage } from './standing.js';

type RollBack = Parameters<Routing['rollBackChampion']>[0];
interface Change {
  readonly from: Reign;
  readonly to: Reign;
}

/**
 * Crowns the champion before the present one again; its own evidence of then still speaks for it. A rollout that runs
 * is undone. `null`, and nothing is changed, when there is no champion before. Errors: `NotFound`, `StaleFence`.
 */
export async function rollBackChampion(trx: Transaction<Tables>, input: RollBack): Promise<VersionRef | null> {
  const endpoint = await lockEndpoint(trx, input.endpoint);
  const done = await reignOf(trx, input.endpoint, input.incarnation);
  if (done !== undefined) return toVersionRef(done);
  if (input.incarnation <= endpoint.fence) throw staleFence(endpoint, input.incarnation);
  const from = await currentReign(trx, input.endpoint);
  const to = from && (await reignBefore(trx, from));
  if (from === undefined || to === undefined) return null;
  await raiseFence(trx, input.endpoint, input.incarnation);
  await endOvertaken(trx, input.endpoint, { outcome: null, by: input.by, codeVersion: input.codeVersion });
  await succeed(trx, {
    endpoint: input.endpoint,
    project: to.project,
    version: toVersionRef(to),
    incarnation: input.incarnation,
    evidenceId: to.evidence_id,
    restores: to.restores ?? to.reign,
  });
  const split = await writeSplit(trx, endpoint, { input, to });
  await moveStanding(trx, { from, to });
  await record(trx, input, { from, to, split });
  return toVersionRef(to);
}

async function writeSplit(
  trx: Transaction<Tables>,
  { endpoint }: EndpointRow,
  { input, to }: { readonly input: RollBack; readonly to: Reign },
): Promise<Split> {
  const committed = await splitIn(trx, endpoint, 'committed');
  const draft = {
    endpoint,
    fence: input.incarnation,
    incarnation: input.incarnation,
    arms: [{ ...toVersionRef(to), role: 'champion' as const, weight: 100 }],
    shadow: null,
    stickyKey: committed?.stickyKey ?? null,
    salt: committed?.salt ?? rolloutId(endpoint, input.incarnation),
    baseline: committed?.baseline ?? null,
    ...(committed?.policy === undefined ? {} : { policy: committed.policy }),
    appliedBy: input.by,
    reason: input.reason,
  };
  return writeNextEpoch(trx, draft, { changeId: '@rollBack', state: 'committed' });
}

async function moveStanding(trx: Transaction<Tables>, { from, to }: Change): Promise<void> {
  await setAlias(trx, { project: to.project, alias: 'champion', version: to.version });
  await setStage(trx, { project: from.project, version: from.version, stage: 'Archived' });
  await setStage(trx, { project: to.project, version: to.version, stage: 'Production' });
}

async function record(
  trx: Transaction<Tables>,
  input: RollBack,
  { from, to, split }: Change & { readonly split: Split },
): Promise<void> {
  const evidence: Evidence = {
    id: `${rolloutId(input.endpoint, input.incarnation)}/rollback`,
    kind: 'rollback',
    endpoint: input.endpoint,
    rollout: null,
    step: null,
    look: null,
    at: split.appliedAt,
    epoch: split.epoch,
    champion: toVersionRef(to),
    challenger: toVersionRef(from),
    policyDigest: null,
    input: null,
    decision: { verdict: 'fail', action: 'rollBack', reasons: [], metrics: [] },
    codeVersion: input.codeVersion,
  };
  await appendEvidence(trx, evidence);
  const detail = {
    removed: toVersionRef(from),
    restored: toVersionRef(to),
    epoch: split.epoch,
    evidenceId: to.evidence_id,
    reason: input.reason,
  };
  await appendAudit(trx, { actor: input.by, action: 'champion.rolledBack', subject: input.endpoint, detail });
  await appendEvent(trx, { type: 'champion.rolledBack', subject: input.endpoint, detail });
}
