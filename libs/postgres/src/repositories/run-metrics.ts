import type { AttemptKey, MetricPoint, TrainingRecords } from '@laurel/ports';
import { sql } from 'kysely';
import { type Connection, transact } from '../transact.js';
import { wholeStep } from './whole-step.js';

/** Rows of one statement: Postgres takes 65,535 parameters. */
const batchRows = 5_000;
/** Longest name of a metric. */
const nameLength = 250;

/**
 * Of one metric and step the newest attempt's value stays; of one attempt, the last that was told. What is newest of each
 * metric is found anew: a value may have been replaced by a smaller one.
 */
export async function appendMetrics(
  db: Connection,
  { runId, attempt }: AttemptKey,
  points: readonly MetricPoint[],
): Promise<void> {
  const rows = [
    ...new Map(points.map((point) => rowOf(point)).map((row) => [`${row.step} ${row.name}`, row])).values(),
  ];
  if (rows.length === 0) return;
  await transact(db, async (trx) => {
    for (let start = 0; start < rows.length; start += batchRows) {
      const batch = rows.slice(start, start + batchRows).map((row) => ({ ...row, run_id: runId, attempt }));
      await trx
        .insertInto('run_metrics')
        .values(batch)
        .onConflict((conflict) =>
          conflict
            .columns(['run_id', 'name', 'step'])
            .where('attempt', '>', 0)
            .doUpdateSet((set) => ({
              attempt: set.ref('excluded.attempt'),
              value: set.ref('excluded.value'),
              logged_ms: set.ref('excluded.logged_ms'),
            }))
            .whereRef('excluded.attempt', '>=', 'run_metrics.attempt'),
        )
        .execute();
    }
    await refreshLatest(trx, runId, [...new Set(rows.map(({ name }) => name))]);
  });
}

async function refreshLatest(db: Connection, runId: string, names: readonly string[]): Promise<void> {
  await sql`
    insert into run_latest_metrics (run_id, name, step, logged_ms, value)
    select ${runId}, latest.* from unnest(${names}::text[]) as wanted (name), lateral (
      select name, step, logged_ms, value from run_metrics
      where run_id = ${runId} and run_metrics.name = wanted.name
      order by step desc, logged_ms desc, case when value = 'NaN' then 0 else value end desc limit 1) as latest
    order by latest.name
    on conflict (run_id, name) do update
      set step = excluded.step, logged_ms = excluded.logged_ms, value = excluded.value`.execute(db);
}

function rowOf({ name, step, value, at }: MetricPoint) {
  return {
    name: name.replaceAll('\u0000', '').slice(0, nameLength),
    step: wholeStep(step),
    value,
    logged_ms: Date.parse(at),
  };
}

/** Every n-th point of each metric, so that at most `limit` of each are left; the last one is always among them. */
export async function listMetrics(
  db: Connection,
  runId: string,
  { name, limit }: Parameters<TrainingRecords['listMetrics']>[1],
): Promise<readonly MetricPoint[]> {
  const { rows } = await sql<Omit<MetricPoint, 'at'> & { readonly logged_ms: number }>`
    select name, step, value, logged_ms from (
      select name, step, value, logged_ms,
        row_number() over (partition by name order by step desc, logged_ms desc) - 1 as place,
        ceil(count(*) over (partition by name)::double precision / ${limit}) as stride
      from run_metrics
      where run_id = ${runId} and (${name}::text is null or name = ${name})
    ) as numbered
    where mod(place, stride::bigint) = 0
    order by name, step, logged_ms`.execute(db);
  return rows.map(({ logged_ms, ...point }) => ({ ...point, at: new Date(logged_ms).toISOString() }));
}
