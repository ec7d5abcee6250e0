import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ProjectRunOutcome, type RunProject, taskQueues, timeScaleMemo, workflowIds } from '@laurel/contracts';
import type { TrainingSpec } from '@laurel/domain';
import { aRunId } from '../integration/postgres/builders.js';
import { writeTrainer } from '../support/scripted-trainer.js';
import { openTrainingWorld, type TrainingWorld } from '../support/training-world.js';
import { eventually, quietRuntime } from '../support/workflow-world.js';

quietRuntime();

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Calls after which a worker that dies has left something behind. */
const struck = [
  'runProject:2:after',
  'port:tracking.logBatch:after',
  'port:jobs.ensure:after',
  'port:jobs.watch:after',
  'port:jobs.outcome:after',
  'port:trainingRecords.endAttempt:after',
];

let at: TrainingWorld;
beforeAll(async () => {
  const compiler = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-b', 'apps/worker'], { cwd: root });
  at = await openTrainingWorld({ worker: false });
}, 180_000);
afterAll(() => at[Symbol.asyncDispose]());

/** Starts a run of a project whose program is the given JavaScript. */
async function start(script: string, change: Partial<TrainingSpec> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-mlproject-'));
  const training: TrainingSpec = {
    command: await writeTrainer(folder, script),
    parameters: {},
    seed: 0,
    checkpoint: { every: 1 },
    deadline: '5m',
    silence: '5m',
    retry: { maximumAttempts: 1 },
    ...change,
  };
  const input: RunProject = {
    project: 'wine',
    runId: aRunId(),
    folder,
    training,
    entry: 'main',
    parameters: { alpha: '0.4' },
    experimentId: '0',
    runName: 'first',
    requestedBy: 'the tester',
    environment: 'local',
  };
  const handle = await at.world.client.workflow.start<(input: RunProject) => Promise<ProjectRunOutcome>>('runProject', {
    taskQueue: taskQueues.control,
    workflowId: workflowIds.run('wine', input.runId),
    args: [input],
    memo: { [timeScaleMemo]: 0.1 },
  });
  const told = async () =>
    (await readFile(join(folder, 'told.txt'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return {
    handle,
    told,
    starts: async () => (await told()).filter((line) => line.startsWith('started')),
    run: () => at.db.runs.find(input.runId),
    tracked: () => at.db.tracking.findRun(input.runId),
  };
}

/** A worker that costs no start of a process. */
async function inThisProcess(): Promise<AsyncDisposable> {
  const worker = await at.startWorker();
  return { [Symbol.asyncDispose]: () => worker.shutDown() };
}

test('a program that ends well is a finished run of its experiment, with its params, its tags and its source', async () => {
  await using _worker = await inThisProcess();
  const { handle, run, tracked, told } = await start(`tell(env.MLFLOW_EXPERIMENT_ID + ' ' + process.cwd());`);
  expect(await handle.result()).toMatchObject({ kind: 'finished', output: expect.stringMatching(/^sha256:/) });
  expect(await run()).toMatchObject({ work: { kind: 'project' }, status: 'finished', trigger: 'run/main' });
  const seen = await tracked();
  expect(seen?.info).toMatchObject({ experimentId: '0', name: 'first', userId: 'the tester', status: 'FINISHED' });
  expect(seen?.params).toEqual([{ key: 'alpha', value: '0.4' }]);
  expect(Object.fromEntries((seen?.tags ?? []).map(({ key, value }) => [key, value]))).toMatchObject({
    'mlflow.source.type': 'PROJECT',
    'mlflow.source.name': expect.stringContaining('laurel-mlproject-'),
    'mlflow.project.entryPoint': 'main',
    'mlflow.project.backend': 'laurel',
    'laurel.source.digest': expect.stringMatching(/^sha256:/),
    'laurel.source.kept': expect.stringMatching(/^sha256:/),
    'laurel.kind': 'project',
  });
  expect((await told())[1]).toMatch(/^0 .*laurel-mlproject-/);
  expect(await at.db.tracking.findExperimentByName('wine')).toBeUndefined();
});

test('a program that fails is a failed run with the reason, and no job is left', async () => {
  await using _worker = await inThisProcess();
  const { handle, run, tracked } = await start(`console.log('no such file: wine.csv'); process.exit(1);`);
  const message = expect.stringContaining('no such file: wine.csv');
  expect(await handle.result()).toMatchObject({ kind: 'failed', code: 'TrainerCrashed', message });
  expect(await run()).toMatchObject({ status: 'failed', code: 'TrainerCrashed', message });
  expect((await tracked())?.info.status).toBe('FAILED');
  expect(await at.launcher.running()).toEqual([]);
});

test('a program that is killed is started again, and the kill is not charged', async () => {
  await using _worker = await inThisProcess();
  const { handle, starts } = await start(`if (attempt === 1) process.kill(process.pid, 'SIGKILL');`);
  expect(await handle.result()).toMatchObject({ kind: 'finished' });
  expect(await starts()).toHaveLength(2);
});

test('a cancelled run stops its program and is killed for MLflow', async () => {
  await using _worker = await inThisProcess();
  const { handle, run, tracked, starts } = await start(`await sleep(60_000);`);
  await eventually('the program runs', async () => (await starts()).length === 1);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ name: 'WorkflowFailedError' });
  expect(await run()).toMatchObject({ status: 'cancelled' });
  expect((await tracked())?.info.status).toBe('KILLED');
  expect(await at.launcher.running()).toEqual([]);
});

test.each(struck)('a worker killed at %s is followed by one that attaches: one start, one end', async (failpoint) => {
  const victim = await at.spawnWorker(failpoint);
  const { handle, run, starts } = await start(`await sleep(500); console.log('the end');`);
  expect(await victim.ended).toBe('SIGKILL');
  await using _next = await at.spawnWorker();
  expect(await handle.result()).toMatchObject({ kind: 'finished' });
  expect(await starts()).toHaveLength(1);
  const { runId } = (await run()) ?? {};
  const { items } = await at.db.trainingRecords.listAttempts(String(runId), { size: 10, token: null });
  expect(items.map(({ attempt, cause, charged }) => [attempt, cause, charged])).toEqual([[1, 'done', false]]);
});
