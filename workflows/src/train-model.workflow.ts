import { type Rerun, type TrainingOutcome, type TrainingStep, type TrainModel, trainingSteps } from '@laurel/contracts';
import { CancellationScope, continueAsNew } from '@temporalio/workflow';
import { computing, untiring, writing } from './activity-proxies.js';
import { openBoard, type TrainingBoard } from './training/board.js';
import { interruptionOf } from './training/interruption.js';
import { prepareData } from './training/prepare-data.js';
import { repeatRun } from './training/repeat-run.js';
import { runAttempts } from './training/run-attempts.js';

/**
 * One training run: data to a registered version. A rejection (bad data, a trainer that fails, an unsafe model) is a
 * value; the run's row says the same. Cancelled, it stops its job and says so.
 */
export async function trainModel(input: TrainModel): Promise<TrainingOutcome> {
  const { metadata, spec } = input.project;
  const run = { project: metadata.name, runId: input.runId };
  const { maximumAttempts } = spec.training.retry;
  const board = openBoard({ ...run, maximumAttempts, cost: input.carried?.cost ?? null });
  const end = (outcome: TrainingOutcome | { readonly kind: 'cancelled' }) => untiring.endRun({ ...run, outcome });
  try {
    if (input.carried === undefined) await beginRun({ ...run, trigger: input.trigger });
    const outcome = await (input.rerun === undefined ? runSteps(input, board) : repeat(input, input.rerun, board));
    await end(outcome);
    return outcome;
  } catch (error) {
    const interruption = interruptionOf(error);
    if (interruption.kind === 'cancelled') {
      await CancellationScope.nonCancellable(() => end({ kind: 'cancelled' }));
      throw interruption.error;
    }
    const { code, message } = interruption;
    const outcome: TrainingOutcome = { kind: 'rejected', step: board.step, code, message };
    await end(outcome);
    return outcome;
  }
}

/** Shielded: a run that is cancelled at once has a row that says so. */
function beginRun(run: Parameters<typeof writing.beginRun>[0]): Promise<void> {
  return CancellationScope.nonCancellable(() => writing.beginRun(run));
}

function repeat(input: TrainModel, rerun: Rerun, board: TrainingBoard): Promise<TrainingOutcome> {
  return repeatRun({
    input,
    rerun,
    board,
    rollOver: (carried) => continueAsNew<typeof trainModel>({ ...input, carried }),
  });
}

async function runSteps(input: TrainModel, board: TrainingBoard): Promise<TrainingOutcome> {
  const { project: model, folder, runId, fence, carried } = input;
  const context = (step: TrainingStep) => {
    board.enter(step);
    return { project: model.metadata.name, runId, rerun: mustRerun(input.from, step), model, folder };
  };

  const { dataset, parts } = carried ?? (await prepareData(context));
  const output = await runAttempts({
    input: { ...context('train'), dataset, parts, fence },
    board,
    ...(carried === undefined ? {} : { carried: carried.attempts }),
    rollOver: (attempts) =>
      continueAsNew<typeof trainModel>({ ...input, carried: { dataset, parts, attempts, cost: board.cost } }),
  });
  const digest = await computing.packageModel({ ...context('package'), dataset, parts, output });
  const evaluation = await computing.evaluateModel({ ...context('evaluate'), parts, package: digest });
  const version = await writing.registerVersion({ ...context('register'), dataset, package: digest, evaluation });

  return { kind: 'registered', version, gatesPassed: evaluation.gatesPassed, gates: evaluation.gates };
}

function mustRerun(from: TrainingStep | null, step: TrainingStep): boolean {
  return from !== null && trainingSteps.indexOf(step) >= trainingSteps.indexOf(from);
}
