import type { ArmSums, PredictionRecord } from '@laurel/domain';
import { type Insertable, sql, type Transaction } from 'kysely';
import { toJson } from '../json-column.js';
import type { ArmKeysTable, ArmSumsTable, PredictionsTable } from '../tables/serving.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';

/** Rows per statement; Postgres allows 65,535 parameters. */
const rowsAtOnce = 1_000;

/** Rows are written in the order of their keys, so that two processes never wait for each other in a circle. */
export function addSums(db: Connection, sums: readonly ArmSums[]): Promise<void> {
  const rows = lastByKey(sums, sumKey).map(toSumRow);
  if (rows.length === 0) return Promise.resolve();
  return transact(db, async (trx) => {
    for (const part of chunks(rows)) {
      await trx
        .insertInto('arm_sums')
        .values(part)
        .onConflict((conflict) =>
          conflict.columns(['endpoint', 'epoch', 'arm', 'version', 'process', 'second']).doUpdateSet((eb) => ({
            requests: eb.ref('excluded.requests'),
            errors: eb.ref('excluded.errors'),
            disagreements: eb.ref('excluded.disagreements'),
            latency: eb.ref('excluded.latency'),
          })),
        )
        .execute();
    }
  });
}

/**
 * Sent as one JSON text: the statement is short and always the same, and making it costs a serving process a fraction of
 * what thousands of single parameters do.
 */
export function addPredictions(db: Connection, predictions: readonly PredictionRecord[]): Promise<void> {
  const rows = lastByKey(predictions, ({ predictionId }) => predictionId).map(toPredictionRow);
  const keys = lastByKey(predictions.flatMap(toKeyRow), keyOfKey);
  if (rows.length === 0) return Promise.resolve();
  return transact(db, async (trx) => {
    await sql`
      insert into predictions select * from json_populate_recordset(null::predictions, ${toJson(rows)}::json)
      on conflict (prediction_id) do nothing
    `.execute(trx);
    if (keys.length > 0) await addKeys(trx, keys);
  });
}

async function addKeys(trx: Transaction<Tables>, keys: readonly Insertable<ArmKeysTable>[]): Promise<void> {
  await sql`
    insert into arm_keys select * from json_populate_recordset(null::arm_keys, ${toJson(keys)}::json)
    on conflict (endpoint, epoch, arm, key_hash) do nothing
  `.execute(trx);
}

const sumKey = (sum: ArmSums) =>
  [sum.endpoint, sum.epoch, sum.arm, sum.version, sum.process, sum.second].join('\u0000');
const keyOfKey = (row: Insertable<ArmKeysTable>) => [row.endpoint, row.epoch, row.arm, row.key_hash].join('\u0000');

function toSumRow(sum: ArmSums): Insertable<ArmSumsTable> {
  return { ...sum, latency: toJson(sum.latency) };
}

function toPredictionRow(record: PredictionRecord): Insertable<PredictionsTable> {
  return {
    prediction_id: record.predictionId,
    endpoint: record.endpoint,
    epoch: record.epoch,
    arm: record.arm,
    version: record.version,
    at: record.at,
    label: record.label,
    value: record.value,
    confidence: record.confidence,
    latency_milliseconds: record.latencyMilliseconds,
    status: record.status,
    fallback: record.fallback,
    shadow_of: record.shadowOf,
  };
}

function toKeyRow({ endpoint, epoch, arm, stickyKeyHash }: PredictionRecord): readonly Insertable<ArmKeysTable>[] {
  return stickyKeyHash === null ? [] : [{ endpoint, epoch, arm, key_hash: stickyKeyHash }];
}

/** The last item of each key, sorted by key: one statement may not touch a row twice. */
function lastByKey<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const byKey = new Map(items.map((item) => [key(item), item]));
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += rowsAtOnce) yield items.slice(start, start + rowsAtOnce);
}
