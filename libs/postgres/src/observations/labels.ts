import type { ServedArm } from '@laurel/domain';
import type { LabelTotals, Observations } from '@laurel/ports';
import { sql } from 'kysely';
import type { Connection } from '../transact.js';

/**
 * Truth joined with what each arm answered. A label is correct when it equals the truth as text; a value counts with
 * its absolute error where the truth is a number. Requests that failed have no answer to judge and are left out.
 */
export async function labelsOf(db: Connection, endpoint: string, epoch: number): Promise<readonly LabelTotals[]> {
  const { rows } = await sql<LabelTotals & { arm: ServedArm }>`
    select predictions.arm,
      count(*) as labelled,
      count(*) filter (where predictions.label = feedback.truth) as correct,
      coalesce(sum(abs(predictions.value - feedback.truth_value)), 0)::double precision as "sumAbsoluteError",
      coalesce(sum((predictions.value - feedback.truth_value) ^ 2), 0)::double precision as "sumSquaredError"
    from predictions join feedback using (prediction_id)
    where predictions.endpoint = ${endpoint} and predictions.epoch = ${epoch} and predictions.status = 'ok'
      and (predictions.label is not null or (predictions.value is not null and feedback.truth_value is not null))
    group by predictions.arm
    order by predictions.arm`.execute(db);
  return rows;
}

/** A shadow copy has the truth of the request it mirrors. Classification only: a value is not right or wrong. */
export async function pairedLabelsOf(
  db: Connection,
  endpoint: string,
  epoch: number,
): ReturnType<Observations['pairedLabels']> {
  const { rows } = await sql<Awaited<ReturnType<Observations['pairedLabels']>>>`
    select count(*) filter (where champion and challenger) as both,
      count(*) filter (where champion and not challenger) as "championOnly",
      count(*) filter (where challenger and not champion) as "challengerOnly",
      count(*) filter (where not champion and not challenger) as neither
    from (
      select served.label = feedback.truth as champion, shadow.label = feedback.truth as challenger
      from predictions as shadow
        join predictions as served on served.prediction_id = shadow.shadow_of
        join feedback on feedback.prediction_id = shadow.shadow_of
      where shadow.endpoint = ${endpoint} and shadow.epoch = ${epoch} and shadow.arm = 'shadow'
        and served.arm = 'champion' and shadow.status = 'ok' and served.status = 'ok'
        and shadow.label is not null and served.label is not null
    ) as pairs`.execute(db);
  return rows[0] ?? { both: 0, championOnly: 0, challengerOnly: 0, neither: 0 };
}
