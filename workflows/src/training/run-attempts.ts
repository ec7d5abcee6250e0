import type { AttemptReport, TrainInput } from '@laurel/contracts';
import {
  type AttemptEnd,
  type AttemptHistory,
  type AttemptPolicy,
  attemptPolicy,
  type Digest,
  endRules,
  firstAttempt,
  nextAttempt,
  pendingMilliseconds,
  type RunId,
  type TrainingSpec,
} from '@laurel/domain';
import { ApplicationFailure, log, sleep } from '@temporalio/workflow';
import { removing, trainingWithin } from '../activity-proxies.js';
import { codedFailure } from '../failures.js';
import { shouldRollOver } from '../roll-over.js';
import { saga } from '../saga.js';
import { timeScale } from '../time-scale.js';
import type { TrainingBoard } from './board.js';

export interface RunAttempts {
  readonly input: TrainInput;
  readonly board: TrainingBoard;
  /** Where a former history of this workflow left off. */
  readonly carried?: AttemptHistory;
  /** Continues the workflow as new with these attempts; does not return. */
  readonly rollOver: (attempts: AttemptHistory) => Promise<never>;
}

/** Starts a run's trainer until it has left its output. */
export function runAttempts({ input, ...rest }: RunAttempts): Promise<Digest> {
  const { training } = input.model.spec;
  return untilOutput({
    ...rest,
    run: { project: input.project, runId: input.runId },
    training,
    start: (jobs, attempt) => jobs.runTrainer({ ...input, ...attempt }),
  });
}

/** Attempts of any job of a run. */
export interface UntilOutput extends Omit<RunAttempts, 'input'> {
  readonly run: { readonly project: string; readonly runId: RunId };
  readonly training: TrainingSpec;
  readonly start: (
    jobs: ReturnType<typeof trainingWithin>,
    attempt: { readonly policy: AttemptPolicy; readonly history: AttemptHistory },
  ) => Promise<AttemptReport>;
}

/**
 * Starts a run's job until it has left its output, as often as its ends allow. Whatever else ends it, a failure or a
 * cancellation, no job of the run is left. Failure: the code of the last end, with what to do about it.
 */
export function untilOutput({ run, training, start, board, carried, rollOver }: UntilOutput): Promise<Digest> {
  const policy = attemptPolicy(training);
  const jobs = trainingWithin({
    deadlineMilliseconds: policy.deadlineMilliseconds,
    pendingMilliseconds: pendingMilliseconds(training),
  });
  return saga(async (undo) => {
    undo('remove the job', () => removeJob(run));
    for (let history = carried ?? firstAttempt(policy); ; ) {
      board.begin(history);
      const report = await start(jobs, { policy, history });
      board.bill(report.cost);
      if (report.outcome.kind === 'done') return report.outcome.output;
      const end = endOf(report.outcome, report);
      const decision = nextAttempt(history, end, policy);
      board.end({
        attempt: history.attempt,
        cause: end.cause,
        charged: decision.charged,
        message: end.message,
        advice: endRules[end.cause].advice,
      });
      if (decision.kind === 'giveUp') throw ApplicationFailure.nonRetryable(decision.message, decision.code);
      history = decision.history;
      if (decision.delayMilliseconds > 0) await sleep(Math.ceil(decision.delayMilliseconds * timeScale()));
      if (shouldRollOver()) await rollOver(history);
    }
  });
}

/** What ended the run is what people need to read, also where its job may not be removed (a cluster without permission). */
async function removeJob({ project, runId }: UntilOutput['run']): Promise<void> {
  try {
    await removing.removeJob({ project, runId });
  } catch (error) {
    const failure = codedFailure(error);
    if (failure === undefined) throw error;
    log.error('the job could not be removed', { project, runId, ...failure });
  }
}

function endOf(
  { cause, message }: Extract<AttemptReport['outcome'], { kind: 'ended' }>,
  { step, checkpointStep, ranMilliseconds }: AttemptReport,
): AttemptEnd {
  return { cause, message, step, checkpointStep, ranMilliseconds };
}
