import { LaurelError } from '@laurel/contracts';
import type { Split, SplitDraft, SplitState } from '@laurel/domain';
import { type Selectable, sql, type Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import type { SplitsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';
import type { Connection } from '../transact.js';

export function toSplit(row: Selectable<SplitsTable>): Split {
  return {
    endpoint: row.endpoint,
    epoch: row.epoch,
    fence: row.fence,
    incarnation: row.incarnation,
    arms: row.arms,
    shadow: row.shadow,
    stickyKey: row.sticky_key,
    salt: row.salt,
    baseline: row.baseline,
    ...(row.policy === null ? {} : { policy: row.policy }),
    ...(row.headers === null ? {} : { headers: row.headers }),
    appliedBy: row.applied_by,
    appliedAt: row.applied_at,
    reason: row.reason,
  };
}

/** The split of an endpoint in a state of which there is at most one. */
export async function splitIn(
  db: Connection,
  endpoint: string,
  state: 'committed' | 'prepared',
): Promise<Split | undefined> {
  const row = await db
    .selectFrom('splits')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('state', '=', state)
    .executeTakeFirst();
  return row && toSplit(row);
}

/** What an earlier call of the same change wrote. */
export async function splitOfChange(
  db: Connection,
  change: { readonly endpoint: string; readonly incarnation: number; readonly changeId: string },
): Promise<Split | undefined> {
  const row = await db
    .selectFrom('splits')
    .selectAll()
    .where('endpoint', '=', change.endpoint)
    .where('incarnation', '=', change.incarnation)
    .where('change_id', '=', change.changeId)
    .executeTakeFirst();
  return row && toSplit(row);
}

/** Retires what stands in `states` and nothing else. */
export async function retire(
  trx: Transaction<Tables>,
  endpoint: string,
  states: readonly ('committed' | 'prepared')[],
): Promise<void> {
  await trx
    .updateTable('splits')
    .set({ state: 'retired' })
    .where('endpoint', '=', endpoint)
    .where('state', 'in', states)
    .execute();
}

/** Takes the next epoch and writes `draft` under it. The endpoint is locked. Errors: `InvalidInput` (weights). */
export async function writeNextEpoch(
  trx: Transaction<Tables>,
  draft: SplitDraft,
  change: { readonly changeId: string; readonly state: Exclude<SplitState, 'retired'> },
): Promise<Split> {
  checkWeights(draft);
  await retire(trx, draft.endpoint, change.state === 'committed' ? ['committed', 'prepared'] : ['prepared']);
  const { last_epoch: epoch } = await trx
    .updateTable('endpoints')
    .set({ last_epoch: sql<number>`last_epoch + 1` })
    .where('endpoint', '=', draft.endpoint)
    .returning('last_epoch')
    .executeTakeFirstOrThrow();
  const row = await trx
    .insertInto('splits')
    .values({
      endpoint: draft.endpoint,
      epoch,
      state: change.state,
      fence: draft.fence,
      incarnation: draft.incarnation,
      change_id: change.changeId,
      arms: toJson(draft.arms),
      shadow: draft.shadow && toJson(draft.shadow),
      sticky_key: draft.stickyKey,
      salt: draft.salt,
      baseline: draft.baseline && toJson(draft.baseline),
      policy: draft.policy === undefined ? null : toJson(draft.policy),
      headers: draft.headers === undefined ? null : toJson(draft.headers),
      applied_by: draft.appliedBy,
      reason: draft.reason,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toSplit(row);
}

function checkWeights({ endpoint, arms }: SplitDraft): void {
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  if (Math.abs(total - 100) > 1e-6 || arms.some(({ weight }) => weight < 0)) {
    throw new LaurelError('InvalidInput', `The weights of endpoint ${endpoint} are ${total} in total, not 100.`);
  }
}
