import { LaurelError } from '@laurel/contracts';
import type { RunKind } from '@laurel/domain';
import type { Run, RunChange, Runs } from '@laurel/ports';
import { type Selectable, sql, type Updateable } from 'kysely';
import { toJson } from '../json-column.js';
import { readPage } from '../pages.js';
import type { RunsTable } from '../tables/projects-and-runs.js';
import { type Connection, transact } from '../transact.js';
import { appendEvent } from './events.js';
import { findStep, saveStep } from './step-outputs.js';
import { closeAttempts } from './training-records.js';

export function createRuns(db: Connection): Runs {
  return {
    begin: ({ runId, project, trigger, work = { kind: 'training' } }) =>
      transact(db, async (trx) => {
        const begun = await trx
          .insertInto('runs')
          .values({ run_id: runId, project, trigger, ...columnsOf(work) })
          .onConflict((conflict) => conflict.column('run_id').doNothing())
          .returning('run_id')
          .executeTakeFirst();
        if (begun !== undefined) await appendEvent(trx, { type: 'run.started', subject: runId, detail: { project } });
      }),
    update: (runId, change) => updateRun(db, runId, change),
    find: async (runId) => {
      const row = await db.selectFrom('runs').selectAll().where('run_id', '=', runId).executeTakeFirst();
      return row && toRun(row);
    },
    list: (project, page) =>
      readPage(page, {
        read: ({ before, limit }) =>
          db
            .selectFrom('runs')
            .selectAll()
            .where('sequence', '<', before)
            .where('kind', '!=', 'trial')
            .$if(project !== null, (query) => query.where('project', '=', project ?? ''))
            .orderBy('sequence', 'desc')
            .limit(limit)
            .execute(),
        key: (row) => row.sequence,
        item: toRun,
      }),
    listRunning: async () =>
      (await db.selectFrom('runs').selectAll().where('ended_at', 'is', null).orderBy('sequence').execute()).map(toRun),
    findStep: (key) => findStep(db, key),
    saveStep: (key, output, options) => saveStep(db, key, output, options),
  };
}

/** An attempt that still stands as running when its run ends was stopped with it. */
const stopped = { attempt: null, cause: 'stopped', exitCode: null, message: null, charged: false } as const;

/** An ended run no longer changes: a late report of progress is dropped. */
function updateRun(db: Connection, runId: string, change: RunChange): Promise<void> {
  return transact(db, async (trx) => {
    const open = await trx
      .selectFrom('runs')
      .select(['project', 'ended_at'])
      .where('run_id', '=', runId)
      .forUpdate()
      .executeTakeFirst();
    if (open === undefined)
      throw new LaurelError('NotFound', `There is no run ${runId}; list them with laurel get runs.`);
    const columns = toColumns(change);
    if (open.ended_at !== null || Object.keys(columns).length === 0) return;
    await trx.updateTable('runs').set(columns).where('run_id', '=', runId).execute();
    if (change.ended === true) await closeAttempts(trx, { ...stopped, runId });
    if (change.status === undefined && change.step === undefined && change.ended !== true) return;
    await appendEvent(trx, {
      type: change.ended === true ? 'run.ended' : 'run.changed',
      subject: runId,
      detail: { project: open.project, status: change.status, step: change.step, code: change.code },
    });
  });
}

function toColumns({ status, step, progress, anomalies, version, code, message, ended }: RunChange) {
  const columns: Updateable<RunsTable> = {
    ...(status !== undefined && { status }),
    ...(step !== undefined && { step }),
    ...(progress !== undefined && { progress: progress && toJson(progress) }),
    ...(anomalies !== undefined && { anomalies: toJson(anomalies) }),
    ...(version !== undefined && { version }),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
  };
  return ended === true ? { ...columns, ended_at: sql<string>`now()` } : columns;
}

function columnsOf(work: RunKind) {
  return work.kind === 'trial'
    ? { kind: work.kind, parent_run_id: work.parent, trial: work.number }
    : { kind: work.kind };
}

function workOf({ kind, parent_run_id, trial }: Selectable<RunsTable>): RunKind {
  if (kind !== 'trial') return { kind };
  if (parent_run_id === null || trial === null) throw new RangeError('a trial names its sweep and its number');
  return { kind, parent: parent_run_id, number: trial };
}

function toRun(row: Selectable<RunsTable>): Run {
  return {
    runId: row.run_id,
    project: row.project,
    trigger: row.trigger,
    work: workOf(row),
    status: row.status,
    step: row.step,
    progress: row.progress,
    anomalies: row.anomalies,
    version: row.version,
    code: row.code,
    message: row.message,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
