import type { AttemptKey, MetricPoint, TrainingRecords } from '@laurel/ports';
import { sql } from 'kysely';
import type { Connection } from '../transact.js';
import { wholeStep } from './whole-step.js';

/** Rows of one statement: Postgres takes 65,535 parameters. */
const batchRows = 5_000;
/** Longest name of a metric. */
const nameLength = 250;

/** Of one metric and step the newest attempt's value stays; of one attempt, the last that was told. */
export async function appendMetrics(
  db: Connection,
  { runId, attempt }: AttemptKey,
  points: readonly MetricPoint[],
): Promise<void> {
  const rows = [
    ...new Map(points.map((point) => rowOf(point)).map((row) => [`${row.step} ${row.name}`, row])).values(),
  ];
  for (let start = 0; start < rows.length; start += batchRows) {
    const batch = rows.slice(start, start + batchRows).map((row) => ({ ...row, run_id: runId, attempt }));
    await db
      .insertInto('run_metrics')
      .values(batch)
      .onConflict((conflict) =>
        conflict
          .columns(['run_id', 'name', 'step'])
          .doUpdateSet((set) => ({
            attempt: set.ref('excluded.attempt'),
            value: set.ref('excluded.value'),
            at: set.ref('excluded.at'),
          }))
          .whereRef('excluded.attempt', '>=', 'run_metrics.attempt'),
      )
      .execute();
  }
}

function rowOf({ name, step, value, at }: MetricPoint) {
  return { name: name.replaceAll('\u0000', '').slice(0, nameLength), step: wholeStep(step), value, at };
}

/** Every n-th point of each metric from step `from` on, so that at most `limit` are left; the last one is among them. */
export async function listMetrics(
  db: Connection,
  runId: string,
  { name, from = 0, limit }: Parameters<TrainingRecords['listMetrics']>[1],
): Promise<readonly MetricPoint[]> {
  const { rows } = await sql<MetricPoint>`
    select name, step, value, at from (
      select name, step, value, at,
        row_number() over (partition by name order by step desc) - 1 as place,
        ceil(count(*) over (partition by name)::double precision / ${limit}) as stride
      from run_metrics
      where run_id = ${runId} and (${name}::text is null or name = ${name}) and step >= ${wholeStep(from)}
    ) as numbered
    where mod(place, stride::bigint) = 0
    order by name, step`.execute(db);
  return rows;
}
