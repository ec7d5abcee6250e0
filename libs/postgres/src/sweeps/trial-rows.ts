import { LaurelError } from '@laurel/contracts';
import type { Trial, TrialResult } from '@laurel/domain';
import type { KnownTrial, Sweeps } from '@laurel/ports';
import { type Selectable, sql, type Updateable } from 'kysely';
import { toJson } from '../json-column.js';
import { appendEvent } from '../repositories/events.js';
import type { TrialsTable } from '../tables/sweeps.js';
import { type Connection, transact } from '../transact.js';

export async function listTrials(db: Connection, sweep: string): Promise<readonly Trial[]> {
  const rows = await db.selectFrom('trials').selectAll().where('sweep', '=', sweep).orderBy('number').execute();
  return rows.map(toTrial);
}

export async function findTrial(db: Connection, sweep: string, number: number): Promise<Trial | undefined> {
  const row = await db
    .selectFrom('trials')
    .selectAll()
    .where('sweep', '=', sweep)
    .where('number', '=', number)
    .executeTakeFirst();
  return row && toTrial(row);
}

/** First writer wins. */
export async function addTrial(db: Connection, trial: Parameters<Sweeps['addTrial']>[0]): Promise<Trial> {
  await db
    .insertInto('trials')
    .values({
      sweep: trial.sweep,
      number: trial.number,
      run_id: trial.runId,
      parameters: toJson(trial.parameters),
    })
    .onConflict((conflict) => conflict.columns(['sweep', 'number']).doNothing())
    .execute();
  return known(await findTrial(db, trial.sweep, trial.number), trial);
}

/** First writer wins: an ended trial no longer changes. */
export function endTrial(
  db: Connection,
  { sweep, number }: Parameters<Sweeps['endTrial']>[0],
  { result, steps, gpuMilliseconds }: Parameters<Sweeps['endTrial']>[1],
): ReturnType<Sweeps['endTrial']> {
  return transact(db, async (trx) => {
    const changed = await trx
      .updateTable('trials')
      .set({ ...columnsOf(result), steps, gpu_milliseconds: gpuMilliseconds, ended_at: sql<string>`now()` })
      .where('sweep', '=', sweep)
      .where('number', '=', number)
      .where('state', '=', 'running')
      .returning('number')
      .executeTakeFirst();
    const trial = known(await findTrial(trx, sweep, number), { sweep, number });
    if (changed !== undefined) {
      const detail = { number, state: trial.state, values: trial.values };
      await appendEvent(trx, { type: 'trial.ended', subject: sweep, detail });
    }
    return trial;
  });
}

function columnsOf(result: TrialResult): Updateable<TrialsTable> {
  if (result.kind === 'complete') {
    return { state: 'complete', values: toJson(result.values), package: result.package };
  }
  if (result.kind === 'pruned') return { state: 'pruned', message: result.reason };
  if (result.kind === 'cancelled') return { state: 'cancelled' };
  return { state: 'failed', code: result.code, message: result.message };
}

function known<T>(trial: T | undefined, { sweep, number }: { readonly sweep: string; readonly number: number }): T {
  if (trial !== undefined) return trial;
  throw new LaurelError(
    'NotFound',
    `There is no trial ${number} of sweep ${sweep}; list them with laurel sweep results.`,
  );
}

/** Objectives are compared as they were declared, in their order. */
export async function comparableTrials(
  db: Connection,
  { project, except, dataset, objectives, limit }: Parameters<Sweeps['comparable']>[0],
): Promise<readonly KnownTrial[]> {
  const rows = await db
    .selectFrom('trials')
    .innerJoin('sweeps', 'sweeps.run_id', 'trials.sweep')
    .select(['trials.run_id', 'trials.parameters', 'trials.values'])
    .where('sweeps.project', '=', project)
    .where('sweeps.run_id', '!=', except)
    .where('sweeps.dataset', '=', dataset)
    .where(sql<boolean>`sweeps.spec -> 'objectives' = ${toJson(objectives)}::jsonb`)
    .where('trials.state', '=', 'complete')
    .orderBy('trials.ended_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ run_id, parameters, values }) => ({ key: run_id, parameters, values: values ?? [] }));
}

function toTrial(row: Selectable<TrialsTable>): Trial {
  return {
    sweep: row.sweep,
    number: row.number,
    runId: row.run_id,
    parameters: row.parameters,
    state: row.state,
    values: row.values,
    package: row.package,
    steps: row.steps,
    gpuMilliseconds: row.gpu_milliseconds,
    code: row.code,
    message: row.message,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
