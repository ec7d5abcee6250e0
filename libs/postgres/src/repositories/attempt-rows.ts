import type { RunAttempt } from '@laurel/ports';
import { type Selectable, sql } from 'kysely';
import type { RunAttemptsTable } from '../tables/training.js';
import type { Connection } from '../transact.js';

/** A row with what only a look at the clock and at the next attempt can tell. */
interface AttemptRow extends Selectable<RunAttemptsTable> {
  readonly ran_until_now: number;
  /** Where the next attempt started from; `null` while there is none. */
  readonly next_from_step: number | null;
}

/** Attempts of a run below a number, newest first. */
export async function attemptRows(
  db: Connection,
  runId: string,
  { below, limit }: { readonly below: number; readonly limit: number },
): Promise<readonly AttemptRow[]> {
  const { rows } = await sql<AttemptRow>`
    select attempts.*,
      ran_seconds + case when ended_at is null and waiting is null
        then greatest(0, extract(epoch from now() - sighted_at)::double precision) else 0 end as ran_until_now,
      (select next.from_step from run_attempts as next
        where next.run_id = attempts.run_id and next.attempt = attempts.attempt + 1) as next_from_step
    from run_attempts as attempts
    where run_id = ${runId} and attempt < ${below}::bigint
    order by attempt desc limit ${limit}`.execute(db);
  return rows;
}

export function toAttempt(row: AttemptRow): RunAttempt {
  const ranSeconds = row.ran_until_now;
  return {
    runId: row.run_id,
    attempt: row.attempt,
    placement: row.placement,
    node: row.node,
    waiting: row.waiting,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    cause: row.cause,
    exitCode: row.exit_code,
    message: row.message,
    charged: row.charged,
    fromStep: row.from_step ?? 0,
    lastStep: row.last_step,
    checkpointStep: row.checkpoint_step,
    lostSteps: lostSteps(row),
    ranSeconds,
    gpuSeconds: ranSeconds * row.gpus,
    cost: costOf(ranSeconds, row),
  };
}

function costOf(ranSeconds: number, { hourly_price: price, currency }: AttemptRow): RunAttempt['cost'] {
  return price === null || currency === null ? null : { amount: (price * ranSeconds) / 3_600, currency };
}

/** The next attempt knows best where it went on; until it is there, the newest checkpoint that was heard of counts. */
function lostSteps({ cause, last_step, checkpoint_step, from_step, next_from_step }: AttemptRow): number {
  if (cause === null || cause === 'done') return 0;
  return Math.max(0, last_step - (next_from_step ?? checkpoint_step ?? from_step ?? 0));
}
