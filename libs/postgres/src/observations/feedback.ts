import { LaurelError } from '@laurel/contracts';
import type { Feedback } from '@laurel/domain';
import type { Observations } from '@laurel/ports';
import { type Insertable, sql, type Transaction } from 'kysely';
import type { FeedbackTable } from '../tables/serving.js';
import type { Tables } from '../tables.js';
import { type Connection, transact } from '../transact.js';

type Counts = Awaited<ReturnType<Observations['addFeedback']>>;

/**
 * Stores truths in one transaction. The first for a prediction counts; one that differs later is counted beside it.
 * A prediction need not be known yet: its row may come after its truth. Errors: `InvalidInput` for a missing truth.
 */
export async function addFeedback(db: Connection, feedback: readonly Feedback[]): Promise<Counts> {
  const rows = feedback.map(toRow);
  if (rows.length === 0) return { accepted: 0, repeated: 0, contradicted: 0 };
  return transact(db, async (trx) => {
    const accepted = await insertFirsts(trx, rows);
    const stored = await truthsOf(trx, rows);
    const contradictions = rows.filter((row) => stored.get(row.prediction_id) !== row.truth);
    await countContradictions(trx, contradictions);
    const contradicted = contradictions.length;
    return { accepted, repeated: rows.length - accepted - contradicted, contradicted };
  });
}

type Row = Insertable<FeedbackTable>;

/** Written in the order of ids, so that two batches never wait for each other in a circle. */
async function insertFirsts(trx: Transaction<Tables>, rows: readonly Row[]): Promise<number> {
  const firsts = new Map(rows.toReversed().map((row) => [row.prediction_id, row]));
  const inOrder = [...firsts.values()].sort((a, b) => (a.prediction_id < b.prediction_id ? -1 : 1));
  let inserted = 0;
  for (let start = 0; start < inOrder.length; start += 1_000) {
    const results = await trx
      .insertInto('feedback')
      .values(inOrder.slice(start, start + 1_000))
      .onConflict((conflict) => conflict.column('prediction_id').doNothing())
      .executeTakeFirst();
    inserted += Number(results.numInsertedOrUpdatedRows ?? 0);
  }
  return inserted;
}

async function truthsOf(trx: Transaction<Tables>, rows: readonly Row[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.map((row) => row.prediction_id))];
  const stored = await trx
    .selectFrom('feedback')
    .select(['prediction_id', 'truth'])
    .where('prediction_id', '=', sql<string>`any(cast(${ids} as text[]))`)
    .execute();
  return new Map(stored.map((row) => [row.prediction_id, row.truth]));
}

async function countContradictions(trx: Transaction<Tables>, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.prediction_id);
  await sql`
    with counted as (
      select id, count(*) as times from unnest(cast(${ids} as text[])) as id group by id
    ), locked as (
      select prediction_id from feedback join counted on id = prediction_id order by prediction_id for update of feedback
    )
    update feedback set contradictions = contradictions + times
    from counted, locked where feedback.prediction_id = counted.id and locked.prediction_id = counted.id`.execute(trx);
}

function toRow({ predictionId, truth, at, source }: Feedback): Row {
  if (truth === null) {
    throw new LaurelError('InvalidInput', `The feedback for prediction ${predictionId} has no truth; send its label.`);
  }
  const text = String(truth);
  const number = typeof truth === 'boolean' || text.trim() === '' ? Number.NaN : Number(text);
  return {
    prediction_id: predictionId,
    truth: text,
    truth_value: Number.isFinite(number) ? number : null,
    at,
    source,
  };
}
