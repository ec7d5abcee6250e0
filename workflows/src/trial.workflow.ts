import { type RunTrial, type TrialOutcome, trialStopped } from '@laurel/contracts';
import type { TrialResult } from '@laurel/domain';
import { CancellationScope, continueAsNew, setHandler } from '@temporalio/workflow';
import { computing, ending, measuring, sweeping } from './activity-proxies.js';
import { type StopOrders, trainOrPrune } from './sweep/train-or-prune.js';
import { openBoard, type TrainingBoard } from './training/board.js';
import { interruptionOf } from './training/interruption.js';
import { runAttempts } from './training/run-attempts.js';

/**
 * One run of a sweep: trains with its parameters on the sweep's data, packages and measures. A trial that is behind is
 * stopped and ends as pruned, one that breaks ends as failed; both are values. Cancelled, it stops its job and says so.
 */
export async function trial(input: RunTrial): Promise<TrialOutcome> {
  const { trial: reference, model, sweep, carried } = input;
  const { project, runId } = reference;
  const { maximumAttempts } = model.spec.training.retry;
  const board = openBoard({ project, runId, maximumAttempts, cost: carried?.cost ?? null });
  const orders = stopOrders(carried?.stop ?? null);
  const known = { trial: reference, model, sweep };
  const end = (result: TrialResult) => CancellationScope.nonCancellable(() => ending.endTrial({ ...known, result }));
  try {
    // Shielded: a trial that is cancelled at once has a run that says so.
    if (carried === undefined) await CancellationScope.nonCancellable(() => sweeping.beginTrial(known));
    return await end(await runSteps(input, board, orders));
  } catch (error) {
    const interruption = interruptionOf(error);
    if (interruption.kind === 'failed') return end(interruption);
    await end({ kind: 'cancelled' });
    throw interruption.error;
  }
}

async function runSteps(input: RunTrial, board: TrainingBoard, orders: StopOrders): Promise<TrialResult> {
  const { trial: reference, model, sweep, folder, dataset, parts, carried } = input;
  const { project, runId } = reference;
  const context = { project, runId, rerun: false, model, folder };
  board.enter('train');
  const trained = await trainOrPrune(input, orders, () =>
    runAttempts({
      input: { ...context, dataset, parts, fence: 1 },
      board,
      ...(carried === undefined ? {} : { carried: carried.attempts }),
      rollOver: (attempts) =>
        continueAsNew<typeof trial>({ ...input, carried: { attempts, cost: board.cost, stop: orders.reason() } }),
    }),
  );
  if (trained.kind === 'pruned') return trained;
  board.enter('package');
  const digest = await computing.packageModel({ ...context, dataset, parts, output: trained.output });
  board.enter('evaluate');
  const values = await measuring.measureTrial({ trial: reference, sweep, model, parts, package: digest });
  return { kind: 'complete', values, package: digest };
}

/** Orders to stop this trial, from outside; the first one counts. `former` came to its former history. */
function stopOrders(former: string | null): StopOrders {
  let reason = former;
  setHandler(trialStopped, (order) => {
    reason ??= `stopped by ${order.by}: ${order.reason}`;
  });
  return { reason: () => reason };
}
