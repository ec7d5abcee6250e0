import { LaurelError } from '@laurel/contracts';
import type { Selectable, Transaction } from 'kysely';
import type { EndpointsTable } from '../tables/routing.js';
import type { Tables } from '../tables.js';

export type EndpointRow = Selectable<EndpointsTable>;

/** Locks the endpoint until the commit: the first statement of every routing write. Errors: `NotFound`. */
export async function lockEndpoint(trx: Transaction<Tables>, endpoint: string): Promise<EndpointRow> {
  const row = await trx
    .selectFrom('endpoints')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) {
    throw new LaurelError('NotFound', `Endpoint ${endpoint} has never had a rollout; list endpoints with laurel get.`);
  }
  return row;
}

/** Only the holder of the newest fence may write. Errors: `StaleFence`; `Conflict` for a fence nobody has raised. */
export function checkFence(row: EndpointRow, fence: number): void {
  if (fence < row.fence) throw staleFence(row, fence);
  if (fence > row.fence) {
    throw new LaurelError('Conflict', `Rollout ${fence} of endpoint ${row.endpoint} has not begun; begin it first.`);
  }
}

export function staleFence(row: EndpointRow, fence: number): LaurelError {
  return new LaurelError(
    'StaleFence',
    `Rollout ${fence} of endpoint ${row.endpoint} was overtaken by ${row.fence}; it may write no more.`,
  );
}

/** The fence only rises. */
export async function raiseFence(trx: Transaction<Tables>, endpoint: string, fence: number): Promise<void> {
  await trx
    .updateTable('endpoints')
    .set({ fence })
    .where('endpoint', '=', endpoint)
    .where('fence', '<', fence)
    .execute();
}
