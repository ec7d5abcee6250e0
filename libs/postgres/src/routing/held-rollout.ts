import { LaurelError, rolloutId } from '@laurel/contracts';
import type { Selectable, Transaction } from 'kysely';
import type { RolloutsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import { checkFence, type EndpointRow } from './endpoint-row.js';

export type RolloutRow = Selectable<RolloutsTable>;

export function findRollout(
  trx: Transaction<Tables>,
  endpoint: string,
  incarnation: number,
): Promise<RolloutRow | undefined> {
  return trx
    .selectFrom('rollouts')
    .selectAll()
    .where('id', '=', rolloutId(endpoint, incarnation))
    .forUpdate()
    .executeTakeFirst();
}

/**
 * The rollout that may write: it holds the newest fence, runs, and was not undone. A call that arrives after the undo
 * (a timed-out activity that still runs) finds itself refused here. Errors: `StaleFence`, `NotFound`.
 */
export async function heldRollout(
  trx: Transaction<Tables>,
  endpoint: EndpointRow,
  { fence, incarnation }: { readonly fence: number; readonly incarnation: number },
): Promise<RolloutRow> {
  checkFence(endpoint, fence);
  const rollout = await findRollout(trx, endpoint.endpoint, incarnation);
  if (rollout === undefined) {
    throw new LaurelError('NotFound', `Rollout ${incarnation} of endpoint ${endpoint.endpoint} has not begun.`);
  }
  if (rollout.status !== 'running' || rollout.restored_at !== null) {
    throw new LaurelError('StaleFence', `Rollout ${rollout.id} has ended or was undone; it may write no more.`);
  }
  return rollout;
}
