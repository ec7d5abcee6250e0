import type { AttemptReport, TrainInput } from '@laurel/contracts';
import {
  type AttemptEnd,
  type AttemptHistory,
  attemptPolicy,
  type Digest,
  endRules,
  firstAttempt,
  nextAttempt,
  pendingMilliseconds,
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

/**
 * Starts a run's trainer until it has left its output, as often as its ends allow. Whatever else ends it, a failure or a
 * cancellation, no job of the run is left. Failure: the code of the last end, with what to do about it.
 */
export function runAttempts({ input, board, carried, rollOver }: RunAttempts): Promise<Digest> {
  const { training } = input.model.spec;
  const policy = attemptPolicy(training);
  const trainer = trainingWithin({
    deadlineMilliseconds: policy.deadlineMilliseconds,
    pendingMilliseconds: pendingMilliseconds(training),
  });
  return saga(async (undo) => {
    undo('remove the job', () => removeJob(input));
    for (let history = carried ?? firstAttempt(policy); ; ) {
      board.begin(history);
      const report = await trainer.runTrainer({ ...input, policy, history });
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
async function removeJob({ project, runId }: TrainInput): Promise<void> {
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
