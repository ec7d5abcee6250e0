import { LaurelError } from '@laurel/contracts';
import type { Split } from '@laurel/domain';
import type { Routing } from '@laurel/ports';
import { type Selectable, sql, type Transaction } from 'kysely';
import { appendAudit } from '../repositories/audit.js';
import { appendEvent } from '../repositories/events.js';
import type { SplitsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import { checkFence, lockEndpoint } from './endpoint-row.js';
import { heldRollout } from './held-rollout.js';
import { obstacleTo, readinessOf } from './readiness.js';
import { retire, toSplit } from './split-rows.js';

type Commit = Parameters<Routing['commit']>[0];

/**
 * Makes a prepared epoch current. Errors: `StaleFence`, `StaleEpoch` (retired since), `NotFound`, `ModelNotReady`
 * (names the processes that have not acknowledged).
 */
export async function commitSplit(trx: Transaction<Tables>, { endpoint, epoch, fence }: Commit): Promise<Split> {
  const locked = await lockEndpoint(trx, endpoint);
  checkFence(locked, fence);
  const row = await findEpoch(trx, endpoint, epoch);
  if (row.state === 'committed') return toSplit(row);
  if (row.state === 'retired') {
    throw new LaurelError('StaleEpoch', `Epoch ${epoch} of endpoint ${endpoint} was retired; read the split again.`);
  }
  await heldRollout(trx, locked, { fence, incarnation: row.incarnation });
  await checkReady(trx, endpoint, epoch);
  await retire(trx, endpoint, ['committed']);
  const committed = await trx
    .updateTable('splits')
    .set({ state: 'committed', applied_at: sql<string>`now()` })
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', epoch)
    .returningAll()
    .executeTakeFirstOrThrow();
  await record(trx, toSplit(committed));
  return toSplit(committed);
}

async function findEpoch(trx: Transaction<Tables>, endpoint: string, epoch: number): Promise<Selectable<SplitsTable>> {
  const row = await trx
    .selectFrom('splits')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  if (row === undefined) throw new LaurelError('NotFound', `Endpoint ${endpoint} has no epoch ${epoch}; prepare it.`);
  return row;
}

async function checkReady(trx: Transaction<Tables>, endpoint: string, epoch: number): Promise<void> {
  const obstacle = obstacleTo(await readinessOf(trx, endpoint, epoch));
  if (obstacle === undefined) return;
  throw new LaurelError('ModelNotReady', `Epoch ${epoch} of endpoint ${endpoint} is not loaded: ${obstacle}.`);
}

async function record(trx: Transaction<Tables>, split: Split): Promise<void> {
  const { endpoint: subject, epoch, fence, arms, shadow, appliedBy: actor, reason } = split;
  const detail = { epoch, fence, arms, shadow, reason };
  await appendAudit(trx, { actor, action: 'split.committed', subject, detail });
  await appendEvent(trx, { type: 'split.committed', subject, detail });
}
