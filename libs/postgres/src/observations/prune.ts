import { type RawBuilder, sql } from 'kysely';
import { removeInParts } from '../remove-in-parts.js';
import type { Connection } from '../transact.js';

/** An endpoint without an open rollout; the epochs before `epoch` were over at the time. */
interface Quiet {
  readonly endpoint: string;
  readonly epoch: number;
}

/** Removes what was told of traffic longer ago than `milliseconds`, but where a rollout is open and still counts. */
export async function pruneTraffic(db: Connection, milliseconds: number): Promise<{ readonly removed: number }> {
  const before = sql`now() - make_interval(secs => ${milliseconds / 1_000})`;
  const { rows: endpoints } = await sql<Quiet>`
    select endpoints.endpoint, coalesce(max(splits.epoch), 0) as epoch
    from endpoints left join splits on splits.endpoint = endpoints.endpoint and splits.applied_at < ${before}
    where not exists (select from rollouts where rollouts.endpoint = endpoints.endpoint and status = 'running')
    group by endpoints.endpoint`.execute(db);
  let removed = 0;
  for (const { endpoint, epoch } of endpoints) {
    const old = {
      arm_sums: sql`second < extract(epoch from ${before})::bigint`,
      predictions: sql`at < ${before}`,
      arm_keys: sql`epoch < ${epoch}`,
      ejections: sql`epoch < ${epoch}`,
      acknowledgements: sql`epoch < ${epoch}`,
    };
    for (const [table, condition] of Object.entries(old)) {
      removed += (await removeRows(db, table, sql`endpoint = ${endpoint} and ${condition}`)).removed;
    }
  }
  return { removed };
}

/** Removes truths of predictions that were observed longer ago than `milliseconds`. */
export function pruneFeedback(db: Connection, milliseconds: number): Promise<{ readonly removed: number }> {
  return removeRows(db, 'feedback', sql`at < now() - make_interval(secs => ${milliseconds / 1_000})`);
}

function removeRows(db: Connection, table: string, old: RawBuilder<unknown>): Promise<{ readonly removed: number }> {
  const name = sql.table(table);
  return removeInParts((limit) =>
    sql`delete from ${name} where ctid = any(array(select ctid from ${name} where ${old} limit ${limit}))`.execute(db),
  );
}
