import { codeVersion, LaurelError, rolloutId } from '@laurel/contracts';
import type { Rollout, Split } from '@laurel/domain';
import type { Routing } from '@laurel/ports';
import type { Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import { toVersionRef } from '../repositories/model-version-rows.js';
import { toRollout } from '../repositories/rollout-rows.js';
import type { Tables } from '../tables.js';
import { endOvertaken } from './end.js';
import { type EndpointRow, lockEndpoint, raiseFence, staleFence } from './endpoint-row.js';
import { findRollout, type RolloutRow } from './held-rollout.js';
import { currentReign } from './reigns.js';
import { authorsOf } from './rollout-authors.js';
import { splitIn, toSplit } from './split-rows.js';
import { aliasOf, setAlias, setStage } from './standing.js';

type Begin = Parameters<Routing['beginRollout']>[0];
type Begun = Awaited<ReturnType<Routing['beginRollout']>>;

/**
 * Opens a rollout and raises the fence to its incarnation. One that was left open by an older incarnation is undone
 * first, so that what is remembered as "before" is never half of another rollout.
 */
export async function beginRollout(trx: Transaction<Tables>, input: Begin): Promise<Begun> {
  const endpoint = await ensureEndpoint(trx, input);
  const known = await findRollout(trx, input.endpoint, input.incarnation);
  if (known !== undefined) return { rollout: toRollout(known), before: await splitBefore(trx, known) };
  if (input.incarnation <= endpoint.fence) throw staleFence(endpoint, input.incarnation);
  await checkChallenger(trx, input);
  await raiseFence(trx, input.endpoint, input.incarnation);
  await endOvertaken(trx, input.endpoint, { outcome: 'superseded', by: `rollout ${input.incarnation}`, codeVersion });
  const before = (await splitIn(trx, input.endpoint, 'committed')) ?? null;
  return { rollout: await open(trx, input, before), before };
}

async function ensureEndpoint(trx: Transaction<Tables>, { endpoint, project }: Begin): Promise<EndpointRow> {
  await trx
    .insertInto('endpoints')
    .values({ endpoint, project })
    .onConflict((conflict) => conflict.column('endpoint').doNothing())
    .execute();
  const row = await lockEndpoint(trx, endpoint);
  if (row.project !== project) {
    throw new LaurelError('Conflict', `Endpoint ${endpoint} belongs to project ${row.project}, not to ${project}.`);
  }
  return row;
}

async function checkChallenger(trx: Transaction<Tables>, { endpoint, project, challenger }: Begin): Promise<void> {
  const row = await findVersion(trx, project, challenger.version);
  if (row === undefined) {
    throw new LaurelError('NotFound', `Version ${challenger.version} of ${project} is not registered; train it first.`);
  }
  if (row.digest !== challenger.digest) {
    throw new LaurelError(
      'Conflict',
      `Version ${challenger.version} of ${project} is ${row.digest}, not the given one.`,
    );
  }
  if ((await currentReign(trx, endpoint))?.digest === challenger.digest) {
    throw new LaurelError(
      'Conflict',
      `Version ${challenger.version} of ${project} is champion of ${endpoint} already.`,
    );
  }
}

function findVersion(trx: Transaction<Tables>, project: string, version: number) {
  return trx
    .selectFrom('model_versions')
    .select(['digest', 'stage'])
    .where('project', '=', project)
    .where('version', '=', version)
    .executeTakeFirst();
}

async function open(
  trx: Transaction<Tables>,
  { endpoint, project, incarnation, challenger, plan, requestedBy }: Begin,
  before: Split | null,
): Promise<Rollout> {
  const champion = await currentReign(trx, endpoint);
  const challengerAlias = await aliasOf(trx, project, 'challenger');
  const stage = (await findVersion(trx, project, challenger.version))?.stage ?? 'None';
  const id = rolloutId(endpoint, incarnation);
  const row = await trx
    .insertInto('rollouts')
    .values({
      id,
      endpoint,
      project,
      incarnation,
      champion: champion === undefined ? null : toJson(toVersionRef(champion)),
      challenger: toJson(toVersionRef(challenger)),
      plan: toJson(plan),
      authors: toJson(await authorsOf(trx, { project, version: challenger.version, requestedBy })),
      before: toJson({ epoch: before?.epoch ?? null, challengerAlias, stage }),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await setAlias(trx, { project, alias: 'challenger', version: challenger.version });
  await setStage(trx, { project, version: challenger.version, stage: 'Staging' });
  const detail = { project, challenger: toVersionRef(challenger), champion: row.champion };
  await appendAudit(trx, { actor: 'laurel', action: 'rollout.started', subject: id, detail });
  await appendEvent(trx, { type: 'rollout.started', subject: id, detail });
  if (plan.approval.required) {
    const { approvers, expiresAfter } = plan.approval;
    await appendEvent(trx, { type: 'approval.requested', subject: id, detail: { ...detail, approvers, expiresAfter } });
  }
  return toRollout(row);
}

async function splitBefore(trx: Transaction<Tables>, { endpoint, before }: RolloutRow): Promise<Split | null> {
  if (before.epoch === null) return null;
  const row = await trx
    .selectFrom('splits')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', before.epoch)
    .executeTakeFirstOrThrow();
  return toSplit(row);
}
