import type { ServedArm } from '@laurel/domain';
import type { ArmTotals, Observations } from '@laurel/ports';
import { sql } from 'kysely';
import type { Connection } from '../transact.js';

interface Sums {
  readonly arm: ServedArm;
  readonly requests: number;
  readonly errors: number;
  readonly disagreements: number;
}

/** Sums over all processes, versions and seconds of the epoch, by arm. */
export async function totalsOf(db: Connection, endpoint: string, epoch: number): Promise<readonly ArmTotals[]> {
  const [sums, latency, keys] = await Promise.all([
    sumsOf(db, endpoint, epoch),
    latencyOf(db, endpoint, epoch),
    keysOf(db, endpoint, epoch),
  ]);
  return sums.map((row) => ({
    ...row,
    latency: latency.get(row.arm) ?? {},
    distinctKeys: keys?.get(row.arm) ?? (keys === null ? null : 0),
  }));
}

function sumsOf(db: Connection, endpoint: string, epoch: number): Promise<readonly Sums[]> {
  return db
    .selectFrom('arm_sums')
    .select([
      'arm',
      sql<number>`sum(requests)::bigint`.as('requests'),
      sql<number>`sum(errors)::bigint`.as('errors'),
      sql<number>`sum(disagreements)::bigint`.as('disagreements'),
    ])
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', epoch)
    .groupBy('arm')
    .orderBy('arm')
    .execute();
}

async function latencyOf(db: Connection, endpoint: string, epoch: number) {
  const { rows } = await sql<{ arm: ServedArm; latency: ArmTotals['latency'] }>`
    select arm, jsonb_object_agg(bucket, count) as latency
    from (
      select arm, bucket, sum(value::bigint) as count
      from arm_sums, jsonb_each_text(latency) as entry (bucket, value)
      where endpoint = ${endpoint} and epoch = ${epoch}
      group by arm, bucket
    ) as buckets
    group by arm`.execute(db);
  return new Map(rows.map(({ arm, latency }) => [arm, latency]));
}

/** `null` when no prediction of the epoch carried a key. */
async function keysOf(db: Connection, endpoint: string, epoch: number): Promise<Map<ServedArm, number> | null> {
  const rows = await db
    .selectFrom('arm_keys')
    .select('arm')
    .select(({ fn }) => fn.countAll<number>().as('keys'))
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', epoch)
    .groupBy('arm')
    .execute();
  return rows.length === 0 ? null : new Map(rows.map(({ arm, keys }) => [arm, keys]));
}

/** Measured from the end of the newest second that any process has reported. */
export async function telemetryAge(db: Connection, endpoint: string, epoch: number): Promise<number | null> {
  const { age } = await db
    .selectFrom('arm_sums')
    .select(
      sql<number | null>`(extract(epoch from clock_timestamp()) - max(second) - 1) * 1000`
        .$castTo<string | null>()
        .as('age'),
    )
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', epoch)
    .executeTakeFirstOrThrow();
  return age === null ? null : Math.max(0, Math.round(Number(age)));
}

export function trafficSeries(
  db: Connection,
  endpoint: string,
  since: string,
): ReturnType<Observations['trafficSeries']> {
  return db
    .selectFrom('arm_sums')
    .select([
      'second',
      'arm',
      'version',
      sql<number>`sum(requests)::bigint`.as('requests'),
      sql<number>`sum(errors)::bigint`.as('errors'),
    ])
    .where('endpoint', '=', endpoint)
    .where('second', '>=', Math.floor(Date.parse(since) / 1_000))
    .groupBy(['second', 'arm', 'version'])
    .orderBy('second')
    .orderBy('arm')
    .orderBy('version')
    .execute();
}

export function ejectionsOf(db: Connection, endpoint: string, epoch: number): ReturnType<Observations['ejections']> {
  return db
    .selectFrom('ejections')
    .select(['process', 'reason'])
    .where('endpoint', '=', endpoint)
    .where('epoch', '=', epoch)
    .orderBy('process')
    .execute();
}
