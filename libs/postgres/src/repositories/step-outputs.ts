import type { Runs } from '@laurel/ports';
import { sql } from 'kysely';
import { toJson } from '../json-column.js';
import type { Connection } from '../transact.js';

type StepKey = Parameters<Runs['findStep']>[0];

/** The stored output, or `undefined`. */
export async function findStep(db: Connection, key: StepKey): Promise<unknown> {
  const row = await db
    .selectFrom('step_outputs')
    .select('output')
    .where('project', '=', key.project)
    .where('step', '=', key.step)
    .where('input_digest', '=', key.inputDigest)
    .executeTakeFirst();
  return row?.output;
}

/** First writer wins unless `replace`; returns what is stored. */
export async function saveStep(
  db: Connection,
  key: Parameters<Runs['saveStep']>[0],
  output: unknown,
  { replace }: { readonly replace: boolean },
): Promise<unknown> {
  const values = { run_id: key.runId, output: toJson(output) };
  await db
    .insertInto('step_outputs')
    .values({ project: key.project, step: key.step, input_digest: key.inputDigest, ...values })
    .onConflict((conflict) => {
      const same = conflict.columns(['project', 'step', 'input_digest']);
      return replace ? same.doUpdateSet({ ...values, saved_at: sql`now()` }) : same.doNothing();
    })
    .execute();
  return findStep(db, key);
}
