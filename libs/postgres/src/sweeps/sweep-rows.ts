import type { Sweep, SweepStatus } from '@laurel/domain';
import type { RunStatus, Sweeps } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import { toJson } from '../json-column.js';
import { readPage } from '../pages.js';
import { appendEvent } from '../repositories/events.js';
import type { SweepsTable } from '../tables/sweeps.js';
import { type Connection, transact } from '../transact.js';

/** Of any number of callers, one inserts; the others wait for it and read what it wrote. */
export function askSweep(db: Connection, sweep: Parameters<Sweeps['ask']>[0]): ReturnType<Sweeps['ask']> {
  const { runId, project, key, spec, requestedBy, rollOut } = sweep;
  return transact(db, async (trx) => {
    const created = await trx
      .insertInto('sweeps')
      .values({ run_id: runId, project, key, spec: toJson(spec), requested_by: requestedBy, roll_out: rollOut })
      .onConflict((conflict) => conflict.columns(['project', 'key']).doUpdateSet({ key }))
      .returning(['run_id', sql<boolean>`xmax = 0`.as('inserted')])
      .executeTakeFirstOrThrow();
    const row = await withRun(trx).where('sweeps.run_id', '=', created.run_id).executeTakeFirstOrThrow();
    if (created.inserted) await appendEvent(trx, { type: 'sweep.asked', subject: runId, detail: { project } });
    return { inserted: created.inserted, sweep: toSweep(row) };
  });
}

export async function findSweep(db: Connection, runId: string): Promise<Sweep | undefined> {
  const row = await withRun(db).where('sweeps.run_id', '=', runId).executeTakeFirst();
  return row && toSweep(row);
}

export function listSweeps(
  db: Connection,
  project: Parameters<Sweeps['list']>[0],
  page: Parameters<Sweeps['list']>[1],
): ReturnType<Sweeps['list']> {
  return readPage(page, {
    read: ({ before, limit }) =>
      withRun(db)
        .where('sweeps.sequence', '<', before)
        .$if(project !== null, (query) => query.where('sweeps.project', '=', project ?? ''))
        .orderBy('sweeps.sequence', 'desc')
        .limit(limit)
        .execute(),
    key: (row) => row.sequence,
    item: toSweep,
  });
}

export async function listStranded(db: Connection, milliseconds: number): Promise<readonly Sweep[]> {
  const rows = await withRun(db)
    .where('runs.run_id', 'is', null)
    .where('sweeps.asked_at', '<', sql<string>`now() - make_interval(secs => ${milliseconds / 1_000})`)
    .orderBy('sweeps.sequence')
    .execute();
  return rows.map(toSweep);
}

export async function withdrawSweep(db: Connection, runId: string): Promise<void> {
  await db
    .deleteFrom('sweeps')
    .where('run_id', '=', runId)
    .where((eb) => eb.not(eb.exists(eb.selectFrom('runs').select('run_id').where('run_id', '=', runId))))
    .execute();
}

export async function updateSweep(
  db: Connection,
  runId: string,
  { importance, dataset, registeredTrial, ended }: Parameters<Sweeps['update']>[1],
): Promise<void> {
  const columns = {
    ...(importance !== undefined && { importance: toJson(importance) }),
    ...(dataset !== undefined && { dataset }),
    ...(registeredTrial !== undefined && { registered_trial: registeredTrial }),
    ...(ended !== undefined && { ended }),
  };
  if (Object.keys(columns).length === 0) return;
  await db.updateTable('sweeps').set(columns).where('run_id', '=', runId).execute();
}

/** A sweep's row with what its run says. */
function withRun(db: Connection) {
  return db
    .selectFrom('sweeps')
    .leftJoin('runs', 'runs.run_id', 'sweeps.run_id')
    .selectAll('sweeps')
    .select(['runs.status', 'runs.version', 'runs.code', 'runs.message', 'runs.ended_at']);
}

interface JoinedRow extends Selectable<SweepsTable> {
  readonly status: RunStatus | null;
  readonly version: number | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly ended_at: string | null;
}

function toSweep(row: JoinedRow): Sweep {
  return {
    runId: row.run_id,
    project: row.project,
    spec: row.spec,
    requestedBy: row.requested_by,
    rollOut: row.roll_out,
    status: statusOf(row.status),
    importance: row.importance,
    registeredTrial: row.registered_trial,
    version: row.version,
    code: row.code,
    message: row.message ?? row.ended,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
  };
}

function statusOf(status: RunStatus | null): SweepStatus {
  if (status === null) return 'asked';
  if (status === 'finished' || status === 'pruned' || status === 'repeated') return 'failed';
  return status;
}
