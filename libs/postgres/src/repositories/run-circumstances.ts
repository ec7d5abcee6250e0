import { LaurelError } from '@laurel/contracts';
import type { RunId } from '@laurel/domain';
import type { RunCircumstances } from '@laurel/ports';
import type { Updateable } from 'kysely';
import { toJson } from '../json-column.js';
import type { RunCircumstancesTable } from '../tables/run-circumstances.js';
import type { Connection } from '../transact.js';

export function createRunCircumstances(db: Connection): RunCircumstances {
  return {
    plan: async (runId, planned) => {
      const values = { planned: toJson(planned) };
      await db
        .insertInto('run_circumstances')
        .values({ run_id: runId, ...values })
        .onConflict((conflict) => conflict.column('run_id').doUpdateSet(values))
        .execute();
    },
    make: (runId, made) => change(db, runId, { made: toJson(made) }),
    repeat: (runId, repetition) => change(db, runId, { repetition: toJson(repetition) }),
    find: (runId) =>
      db
        .selectFrom('run_circumstances')
        .select(['planned', 'made', 'repetition'])
        .where('run_id', '=', runId)
        .executeTakeFirst(),
  };
}

async function change(db: Connection, runId: RunId, columns: Updateable<RunCircumstancesTable>): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('run_circumstances')
    .set(columns)
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return;
  throw new LaurelError('NotFound', `Run ${runId} has no record of its circumstances; train again.`);
}
