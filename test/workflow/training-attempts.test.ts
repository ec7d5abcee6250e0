import { type TrainingOutcome, type TrainModel, taskQueues, trainingState, workflowIds } from '@laurel/contracts';
import { aRunId } from '../integration/postgres/builders.js';
import { exampleProject } from '../support/example-project.js';
import { openTrainingWorld, type Training, type TrainingWorld } from '../support/training-world.js';
import { eventually, quietRuntime } from '../support/workflow-world.js';

quietRuntime();

let at: TrainingWorld;
beforeAll(async () => {
  at = await openTrainingWorld({ prices: { currency: 'EUR', hourly: { cpu: 3_600 } } });
}, 120_000);
afterAll(() => at[Symbol.asyncDispose]());

const outcomeOf = ({ handle }: Training) => handle.result() as Promise<TrainingOutcome>;
const stateOf = ({ handle }: Training) => handle.query(trainingState);
const attemptsOf = async ({ runId }: Training) =>
  (await at.db.trainingRecords.listAttempts(runId, { size: 100, token: null })).items.toReversed();
const startsOf = async (training: Training) => (await training.told()).filter((line) => line.startsWith('started'));

/** Commits every tenth step up to the hundredth; `endAt` may end it before. */
const steadily = (endAt: string) => `
for (let step = from + 1; step <= 100; step += 1) {
  progress(step);
  if (step % 10 === 0) commit(step);
  ${endAt}
  await sleep(5);
}
done();`;

test('a trainer that is killed at random steps goes on from its checkpoints, and no kill is charged', async () => {
  const training = await at.train(
    steadily(`if (attempt <= 5 && step === from + 14) process.kill(process.pid, 'SIGKILL');`),
    {
      retry: { maximumAttempts: 1 },
    },
  );
  expect(await outcomeOf(training)).toMatchObject({ kind: 'registered' });
  const starts = await startsOf(training);
  expect(starts.map((line) => Number(/from (\d+)/.exec(line)?.[1]))).toEqual([0, 10, 20, 30, 40, 50]);
  const attempts = await attemptsOf(training);
  expect(attempts.map(({ cause, charged }) => [cause, charged])).toEqual([
    ...Array.from({ length: 5 }, () => ['killed', false]),
    ['done', false],
  ]);
  expect(attempts.map(({ fromStep, lastStep, lostSteps }) => [fromStep, lastStep, lostSteps])).toEqual([
    [0, 14, 4],
    [10, 24, 4],
    [20, 34, 4],
    [30, 44, 4],
    [40, 54, 4],
    [50, 100, 0],
  ]);
});

test('a trainer that is asked to stop moves to capacity that stays after as many times as the project says', async () => {
  const stop = `if (attempt <= 3 && step === from + 5) { commit(step); process.exit(143); }`;
  const training = await at.train(steadily(stop), { spot: { enabled: true, fallbackAfterPreemptions: 2 } });
  expect(await outcomeOf(training)).toMatchObject({ kind: 'registered' });
  const attempts = await attemptsOf(training);
  expect(attempts.map(({ placement }) => placement)).toEqual(['spot', 'spot', 'onDemand', 'onDemand']);
  expect(attempts.map(({ lostSteps }) => lostSteps)).toEqual([0, 0, 0, 0]);
});

test('a trainer that fails as often as the project allows ends the run, which says how often and what to do', async () => {
  const training = await at.train(`progress(attempt); process.exit(1);`, { retry: { maximumAttempts: 2 } });
  const outcome = await outcomeOf(training);
  expect(outcome).toMatchObject({ kind: 'rejected', step: 'train', code: 'TrainerCrashed' });
  expect(outcome).toHaveProperty('message', expect.stringMatching(/exit code 1.*\(2 failed attempts\); read the log/));
  expect(await at.db.runs.find(training.runId)).toMatchObject({ status: 'failed', code: 'TrainerCrashed' });
  expect((await attemptsOf(training)).map(({ charged }) => charged)).toEqual([true, true]);
  expect(await at.launcher.running()).toEqual([]);
});

test('parameters that a trainer refuses are not tried again', async () => {
  const training = await at.train(`console.error('max_depth is -1'); process.exit(64);`);
  expect(await outcomeOf(training)).toMatchObject({
    kind: 'rejected',
    code: 'TrainerFailed',
    message: expect.stringMatching(/max_depth is -1.*; correct spec.training.parameters\.$/),
  });
  expect(await startsOf(training)).toHaveLength(1);
});

test('a loss that is not a number is named as such, with its advice', async () => {
  const training = await at.train(`
    say({ laurel: 'failure', cause: 'notANumber', step: 12, message: 'the loss is NaN at step 12' });
    process.exit(1);`);
  expect(await outcomeOf(training)).toMatchObject({
    code: 'TrainerDiverged',
    message: expect.stringMatching(/NaN at step 12.*lower the learning rate/),
  });
});

test('a trainer that hangs is started again, and its end says so', async () => {
  const training = await at.train(`progress(1); commit(1); if (attempt === 1) await sleep(60_000); done();`, {
    silence: '1s',
  });
  expect(await outcomeOf(training)).toMatchObject({ kind: 'registered' });
  expect((await attemptsOf(training)).map(({ cause, charged }) => [cause, charged])).toEqual([
    ['hung', true],
    ['done', false],
  ]);
});

test('the query, the run and its metrics tell how far, how fast, where, in which attempt and for how much', async () => {
  const training = await at.train(
    steadily(`if (attempt === 1 && step === 25) process.exit(1);
      if (attempt === 2 && step === 60) { while (!existsSync(file + '.go')) await sleep(20); }`),
  );
  await eventually('the second attempt is at step 60', async () => {
    const run = await at.db.runs.find(training.runId);
    return run?.progress?.attempt === 2 && run.progress.step === 60;
  });
  const run = await at.db.runs.find(training.runId);
  expect(run?.progress).toMatchObject({ totalSteps: 100, checkpointStep: 60, placement: 'onDemand', waiting: null });
  expect(run?.progress?.stepsPerSecond).toBeGreaterThan(1);
  expect(run?.progress?.etaSeconds).toBeGreaterThan(0);
  expect(run?.progress?.node).toEqual(expect.any(String));
  expect(run?.progress?.cost).toMatchObject({ currency: 'EUR' });
  const state = await stateOf(training);
  expect(state).toMatchObject({
    step: 'train',
    attempts: { attempt: 2, charged: 1, lostSteps: 5 },
    lastEnd: { attempt: 1, cause: 'crashed', charged: true, advice: expect.stringContaining('laurel logs') },
    progress: { attempt: 2, totalSteps: 100 },
  });
  expect(state.cost?.amount).toBeGreaterThan(0);
  const { currentDetails } = await training.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toMatch(/attempt 2 \(onDemand\), 1 of 3 failed attempts charged, 5 steps lost/);
  expect(currentDetails).toMatch(/step \d+ of 100.* on .*\ncost so far: .* EUR\nattempt 1 ended: .*exit code 1/);
  await training.go();
  expect(await outcomeOf(training)).toMatchObject({ kind: 'registered' });
  const losses = await at.db.trainingRecords.listMetrics(training.runId, { name: 'loss', limit: 1_000 });
  expect(losses.at(-1)).toMatchObject({ step: 100, value: 0.01 });
});

test('a job that somebody takes away is started again, and that is not charged', async () => {
  const training = await at.train(
    `progress(attempt); commit(attempt); if (attempt === 1) await sleep(60_000); done();`,
  );
  await eventually('the trainer has committed', async () => {
    const [attempt] = await attemptsOf(training);
    return attempt?.checkpointStep === 1;
  });
  await at.launcher.remove(`churn-${training.runId}`);
  expect(await outcomeOf(training)).toMatchObject({ kind: 'registered' });
  // Stopped and seen, or gone before anybody looked: either way it is an end like any other.
  const [first, second] = await attemptsOf(training);
  expect(first).toMatchObject({ cause: expect.stringMatching(/^(disrupted|killed)$/), charged: false });
  expect(second).toMatchObject({ cause: 'done', fromStep: 1 });
});

test('a cancelled run has no trainer left, and its attempt was stopped with it', async () => {
  const training = await at.train(`progress(1); await sleep(60_000);`);
  await eventually('the trainer runs', async () => (await startsOf(training)).length === 1);
  await training.handle.cancel();
  await expect(training.handle.result()).rejects.toThrow();
  expect(await at.launcher.running()).toEqual([]);
  expect(await at.db.runs.find(training.runId)).toMatchObject({ status: 'cancelled' });
  expect((await attemptsOf(training)).map(({ cause }) => cause)).toEqual(['stopped']);
});

test('a run that is cancelled while no worker follows its trainer has no trainer left once a worker is back', async () => {
  await using alone = await openTrainingWorld();
  const training = await alone.train(`progress(1); await sleep(60_000);`);
  await eventually('the trainer runs', async () => (await startsOf(training)).length === 1);
  await alone.worker?.shutDown();
  await training.handle.cancel();
  const back = await alone.startWorker();
  await expect(training.handle.result()).rejects.toThrow();
  expect(await alone.launcher.running()).toEqual([]);
  expect(await alone.db.runs.find(training.runId)).toMatchObject({ status: 'cancelled' });
  await back.shutDown();
});

test('a worker that shuts down leaves the trainer, and the next one attaches to it', async () => {
  await using alone = await openTrainingWorld();
  const training = await alone.train(
    `progress(1); while (!existsSync(file + '.go')) await sleep(20); progress(2); done();`,
  );
  await eventually('the trainer runs', async () => (await startsOf(training)).length === 1);
  await alone.worker?.shutDown();
  expect(await alone.launcher.running()).toHaveLength(1);
  const next = await alone.startWorker();
  await training.go();
  expect(await outcomeOf(training)).toMatchObject({ kind: 'registered' });
  expect(await startsOf(training)).toHaveLength(1);
  const { items } = await alone.db.trainingRecords.listAttempts(training.runId, { size: 10, token: null });
  expect(items.map(({ attempt, cause }) => [attempt, cause])).toEqual([[1, 'done']]);
  await next.shutDown();
});

test('a training that is cancelled before it began has a run that says so', async () => {
  const project = await exampleProject();
  const runId = aRunId();
  const input: TrainModel = { project, folder: '/', runId, from: null, trigger: `manual/${runId}`, fence: 1 };
  const handle = await at.world.client.workflow.start('trainModel', {
    taskQueue: taskQueues.control,
    workflowId: workflowIds.train('churn', runId),
    startDelay: '1s',
    args: [input],
  });
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(await at.db.runs.find(runId)).toMatchObject({ status: 'cancelled', trigger: `manual/${runId}` });
});
