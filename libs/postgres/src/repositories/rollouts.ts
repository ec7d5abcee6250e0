import { LaurelError } from '@laurel/contracts';
import type { Rollouts } from '@laurel/ports';
import { sql } from 'kysely';
import { toJson } from '../json-column.js';
import { readPage } from '../pages.js';
import { type Connection, transact } from '../transact.js';
import { appendEvent } from './events.js';
import { toRollout } from './rollout-rows.js';

export function createRollouts(db: Connection): Rollouts {
  return {
    find: async (id) => {
      const row = await db.selectFrom('rollouts').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toRollout(row);
    },
    list: (endpoint, page) =>
      readPage(page, {
        read: ({ before, limit }) =>
          db
            .selectFrom('rollouts')
            .selectAll()
            .where('sequence', '<', before)
            .$if(endpoint !== null, (query) => query.where('endpoint', '=', endpoint ?? ''))
            .orderBy('sequence', 'desc')
            .limit(limit)
            .execute(),
        key: (row) => row.sequence,
        item: toRollout,
      }),
    listRunning: async () => {
      const rows = await db
        .selectFrom('rollouts')
        .selectAll()
        .where('status', '=', 'running')
        .orderBy('sequence')
        .execute();
      return rows.map(toRollout);
    },
    update: (id, change) => updateRollout(db, id, change),
  };
}

/** An ended rollout no longer changes. */
function updateRollout(db: Connection, id: string, change: Parameters<Rollouts['update']>[1]): Promise<void> {
  return transact(db, async (trx) => {
    const row = await trx.selectFrom('rollouts').select('status').where('id', '=', id).forUpdate().executeTakeFirst();
    if (row === undefined) {
      throw new LaurelError('NotFound', `There is no rollout ${id}; list them with laurel get rollouts.`);
    }
    const { step, status, cause, hold } = change;
    if (row.status !== 'running' || Object.values(change).every((value) => value === undefined)) return;
    await trx
      .updateTable('rollouts')
      .set({
        ...(step !== undefined && { step }),
        ...(status !== undefined && { status }),
        ...(cause !== undefined && { cause }),
        ...(hold !== undefined && { hold: hold && toJson(hold) }),
        ...(status !== undefined && status !== 'running' && { ended_at: sql<string>`now()` }),
      })
      .where('id', '=', id)
      .execute();
    await appendEvent(trx, { type: 'rollout.changed', subject: id, detail: change });
  });
}
