import {
  searchAttributes,
  type TrainingOutcome,
  type TrainingStep,
  type TrainModel,
  trainingSteps,
} from '@laurel/contracts';
import { milliseconds } from '@laurel/domain';
import { CancellationScope, isCancellation, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { computing, trainingWithin, untiring, writing } from './activity-proxies.js';
import { codedFailure } from './failures.js';

/**
 * One training run: data to a registered version. A rejection (bad data, a trainer that fails, an unsafe model) is a
 * value; the run's row says the same. Cancelled, it stops its job and says so.
 */
export async function trainModel(input: TrainModel): Promise<TrainingOutcome> {
  const project = input.project.metadata.name;
  const run = { project, runId: input.runId };
  let step: TrainingStep = 'snapshot';
  const enter = (next: TrainingStep) => {
    step = next;
    showStep(project, next);
  };
  try {
    await writing.beginRun({ ...run, trigger: input.trigger });
    const outcome = await runSteps(input, enter);
    await untiring.endRun({ ...run, outcome });
    return outcome;
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => untiring.endRun({ ...run, outcome: { kind: 'cancelled' } }));
      throw error;
    }
    const failure = codedFailure(error);
    if (failure === undefined) throw error;
    const outcome: TrainingOutcome = { kind: 'rejected', step, ...failure };
    await untiring.endRun({ ...run, outcome });
    return outcome;
  }
}

async function runSteps(input: TrainModel, enter: (step: TrainingStep) => void): Promise<TrainingOutcome> {
  const { project: model, folder, runId, fence } = input;
  const context = (step: TrainingStep) => {
    enter(step);
    return { project: model.metadata.name, runId, rerun: mustRerun(input.from, step), model, folder };
  };

  const dataset = await computing.snapshotData(context('snapshot'));
  await computing.validateData({ ...context('validate'), dataset });
  const parts = await computing.splitData({ ...context('split'), dataset });
  const { deadline, retry } = model.spec.training;
  const training = trainingWithin({
    deadlineMilliseconds: milliseconds(deadline),
    maximumAttempts: retry.maximumAttempts,
  });
  const output = await training.runTrainer({ ...context('train'), dataset, parts, fence });
  const digest = await computing.packageModel({ ...context('package'), dataset, parts, output });
  const evaluation = await computing.evaluateModel({ ...context('evaluate'), parts, package: digest });
  const version = await writing.registerVersion({ ...context('register'), dataset, package: digest, evaluation });

  return { kind: 'registered', version, gatesPassed: evaluation.gatesPassed, gates: evaluation.gates };
}

function mustRerun(from: TrainingStep | null, step: TrainingStep): boolean {
  return from !== null && trainingSteps.indexOf(step) >= trainingSteps.indexOf(from);
}

function showStep(project: string, step: TrainingStep): void {
  const done = trainingSteps.slice(0, trainingSteps.indexOf(step)).map((name) => `- [x] ${name}`);
  setCurrentDetails([`**${project}**`, ...done, `- [ ] ${step}`].join('\n'));
  upsertSearchAttributes([
    { key: searchAttributes.project, value: project },
    { key: searchAttributes.phase, value: step },
  ]);
}
