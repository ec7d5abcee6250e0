import type { Split } from '@laurel/domain';
import type { EndpointView } from '@laurel/ports';
import { toVersionRef } from '../repositories/model-version-rows.js';
import type { Connection } from '../transact.js';
import type { EndpointRow } from './endpoint-row.js';
import { toSplit } from './split-rows.js';

/** Every endpoint, or the named one, in one consistent picture. */
export function viewEndpoints(db: Connection, only?: string): Promise<readonly EndpointView[]> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const rows = await trx
        .selectFrom('endpoints')
        .selectAll()
        .$if(only !== undefined, (query) => query.where('endpoint', '=', only ?? ''))
        .orderBy('endpoint')
        .execute();
      return withChampionAndSplit(trx, rows);
    });
}

/** Splits of an endpoint, newest epoch first. */
export async function splitHistory(
  db: Connection,
  endpoint: string,
  limit: number,
): Promise<readonly (Split & { readonly state: string })[]> {
  const rows = await db
    .selectFrom('splits')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .orderBy('epoch', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...toSplit(row), state: row.state }));
}

async function withChampionAndSplit(db: Connection, rows: readonly EndpointRow[]): Promise<readonly EndpointView[]> {
  if (rows.length === 0) return [];
  const names = rows.map(({ endpoint }) => endpoint);
  const reigns = await db
    .selectFrom('champions')
    .selectAll()
    .where('endpoint', 'in', names)
    .where('ended_at', 'is', null)
    .execute();
  const splits = await db
    .selectFrom('splits')
    .selectAll()
    .where('endpoint', 'in', names)
    .where('state', '=', 'committed')
    .execute();
  return rows.map(({ endpoint, project, fence }) => {
    const champion = reigns.find((reign) => reign.endpoint === endpoint);
    const split = splits.find((row) => row.endpoint === endpoint);
    return {
      endpoint,
      project,
      fence,
      champion: champion === undefined ? null : toVersionRef(champion),
      split: split === undefined ? null : toSplit(split),
    };
  });
}
