import { LaurelError } from '@laurel/contracts';
import type { AttemptKey, AttemptSighting, RunAttempt, TrainingRecords } from '@laurel/ports';
import { sql } from 'kysely';
import { readPage } from '../pages.js';
import type { Connection } from '../transact.js';
import { attemptRows, toAttempt } from './attempt-rows.js';
import { appendMetrics, listMetrics } from './run-metrics.js';
import { wholeStep } from './whole-step.js';

export function createTrainingRecords(db: Connection): TrainingRecords {
  return {
    beginAttempt: async ({ runId, attempt, placement, use, price }) => {
      await db
        .insertInto('run_attempts')
        .values({
          run_id: runId,
          attempt,
          placement,
          ...use,
          hourly_price: price?.amount ?? null,
          currency: price?.currency ?? null,
        })
        .onConflict((conflict) => conflict.columns(['run_id', 'attempt']).doNothing())
        .execute();
    },
    sightAttempt: async (key, sighting) => {
      await sightAttempt(db, key, sighting);
      return demandAttempt(db, key);
    },
    endAttempt: async (key, { cause, exitCode, message, charged }) => {
      await closeAttempts(db, { runId: key.runId, attempt: key.attempt, cause, exitCode, message, charged });
      return demandAttempt(db, key);
    },
    findAttempt: (key) => findAttempt(db, key),
    listAttempts: (runId, page) =>
      readPage(page, {
        read: (window) => attemptRows(db, runId, { below: window.before, limit: window.limit }),
        key: ({ attempt }) => attempt,
        item: toAttempt,
      }),
    appendMetrics: (key, points) => appendMetrics(db, key, points),
    listMetrics: (runId, filter) => listMetrics(db, runId, filter),
  };
}

/** Seconds since the last sighting, if the attempt moved. */
const ranSince = sql<number>`ran_seconds
  + case when waiting is null then greatest(0, extract(epoch from now() - sighted_at)::double precision) else 0 end`;

/** Ends one attempt, or with `attempt: null` whichever still runs of a run. An ended one stays as it is. */
export async function closeAttempts(
  db: Connection,
  end: {
    readonly runId: string;
    readonly attempt: number | null;
    readonly cause: NonNullable<RunAttempt['cause']>;
    readonly exitCode: number | null;
    readonly message: string | null;
    readonly charged: boolean;
  },
): Promise<void> {
  const { runId, attempt, cause, exitCode, message, charged } = end;
  await db
    .updateTable('run_attempts')
    .set({
      ran_seconds: ranSince,
      waiting: null,
      sighted_at: sql<string>`now()`,
      ended_at: sql<string>`now()`,
      cause,
      exit_code: exitCode,
      message: message?.replaceAll('\u0000', '') ?? null,
      charged,
    })
    .where('run_id', '=', runId)
    .where('ended_at', 'is', null)
    .$if(attempt !== null, (query) => query.where('attempt', '=', attempt ?? 0))
    .execute();
}

/** Where the launcher knows of no checkpoint, the attempt started from the newest one of those before it. */
async function sightAttempt(db: Connection, { runId, attempt }: AttemptKey, seen: AttemptSighting): Promise<void> {
  const checkpoint = seen.checkpointStep === null ? null : wholeStep(seen.checkpointStep);
  const from = seen.fromStep === null ? null : wholeStep(seen.fromStep);
  const former = sql`(select max(checkpoint_step) from run_attempts as former
    where former.run_id = ${runId} and former.attempt < ${attempt})`;
  await db
    .updateTable('run_attempts')
    .set({
      node: sql<string | null>`coalesce(${seen.node}::text, node)`,
      waiting: seen.waiting,
      from_step: sql<number>`coalesce(from_step, ${from}::bigint, ${former}, 0)`,
      last_step: sql<number>`greatest(last_step, ${wholeStep(seen.step)}::bigint)`,
      checkpoint_step: sql<number | null>`greatest(checkpoint_step, ${checkpoint}::bigint)`,
      ran_seconds: ranSince,
      sighted_at: sql<string>`now()`,
    })
    .where('run_id', '=', runId)
    .where('attempt', '=', attempt)
    .where('ended_at', 'is', null)
    .execute();
}

async function findAttempt(db: Connection, { runId, attempt }: AttemptKey): Promise<RunAttempt | undefined> {
  const [row] = await attemptRows(db, runId, { below: attempt + 1, limit: 1 });
  return row?.attempt === attempt ? toAttempt(row) : undefined;
}

async function demandAttempt(db: Connection, key: AttemptKey): Promise<RunAttempt> {
  const found = await findAttempt(db, key);
  if (found !== undefined) return found;
  throw new LaurelError('NotFound', `There is no attempt ${key.attempt} of run ${key.runId}; see laurel describe run.`);
}
