import type { Split } from '@laurel/domain';
import type { Routing } from '@laurel/ports';
import type { Transaction } from 'kysely';
import type { Tables } from '../tables.js';
import { checkFence } from './endpoint-row.js';
import { findRollout, type RolloutRow } from './held-rollout.js';
import { splitIn } from './split-rows.js';
import { undoRollout } from './undo.js';

type Restore = Parameters<Routing['restore']>[0];

/**
 * Undoes a rollout that runs or waits for an operator. One that never began, was undone, or has ended (crowning ends it) is left as it is: the
 * answer is the split that is committed now. Errors: `StaleFence`.
 */
export async function restoreSplit(trx: Transaction<Tables>, input: Restore): Promise<Split | null> {
  const endpoint = await trx
    .selectFrom('endpoints')
    .selectAll()
    .where('endpoint', '=', input.endpoint)
    .forUpdate()
    .executeTakeFirst();
  if (endpoint === undefined) return null;
  const rollout = await findRollout(trx, input.endpoint, input.incarnation);
  if (rollout === undefined || !isUndoable(rollout)) {
    return (await splitIn(trx, input.endpoint, 'committed')) ?? null;
  }
  checkFence(endpoint, input.fence);
  return undoRollout(trx, rollout, { by: 'laurel', reason: input.reason, codeVersion: input.codeVersion });
}

function isUndoable({ status, restored_at: restoredAt }: RolloutRow): boolean {
  return (status === 'running' || status === 'needsOperator') && restoredAt === null;
}
