import type { TriggerRecord, Triggers } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import { toJson } from '../json-column.js';
import type { TriggersTable } from '../tables/projects-and-runs.js';
import { type Connection, transact } from '../transact.js';

/** An event is known by its project and key. */
export function createTriggers(db: Connection): Triggers {
  return {
    insert: (record) => insertTrigger(db, record),
    withdraw: async ({ project, key }) => {
      await db.deleteFrom('triggers').where('project', '=', project).where('key', '=', key).execute();
    },
    listStranded: async (milliseconds) => {
      const rows = await db
        .selectFrom('triggers')
        .selectAll()
        .where('created_at', '<', sql<string>`now() - make_interval(secs => ${milliseconds / 1_000})`)
        .where((eb) =>
          eb.not(eb.exists(eb.selectFrom('runs').select('run_id').whereRef('runs.run_id', '=', 'triggers.run_id'))),
        )
        .orderBy('created_at')
        .execute();
      return rows.map(toRecord);
    },
  };
}

/** Of any number of callers, one inserts; the others wait for it and read what it wrote. */
function insertTrigger(db: Connection, record: TriggerRecord): ReturnType<Triggers['insert']> {
  return transact(db, async (trx) => {
    const created = await trx
      .insertInto('triggers')
      .values({
        project: record.project,
        key: record.key,
        kind: record.kind,
        run_id: record.runId,
        request: record.request ? toJson(record.request) : null,
      })
      .onConflict((conflict) => conflict.columns(['project', 'key']).doUpdateSet({ key: record.key }))
      .returningAll()
      .returning(sql<boolean>`xmax = 0`.as('inserted'))
      .executeTakeFirstOrThrow();
    return { inserted: created.inserted, record: toRecord(created) };
  });
}

function toRecord(row: Selectable<TriggersTable>): TriggerRecord {
  const { key, project, kind, run_id: runId, request } = row;
  return { key, project, kind, runId, ...(request === null ? {} : { request }) };
}
