import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TrainingOutcome } from '@laurel/contracts';
import { openTrainingWorld, type TrainingWorld } from '../support/training-world.js';
import { quietRuntime } from '../support/workflow-world.js';

quietRuntime();

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every call by which the job activity changes the world or learns of it, in order. */
const calls = [
  'jobs.ensure',
  'trainingRecords.beginAttempt',
  'jobs.watch',
  'trainingRecords.sightAttempt',
  'trainingRecords.appendMetrics',
  'jobs.outcome',
  'trainingRecords.endAttempt',
  'runs.saveStep',
] as const;
/** Its start and its report to Temporal, as the fifth activity of its workflow. */
const activity = ['trainModel:5:before', 'trainModel:5:after'];
const boundaries = [...activity, ...calls.flatMap((call) => [`port:${call}:before`, `port:${call}:after`])];

/** Every test run strikes these; LAUREL_ALL_BOUNDARIES=1 strikes all. */
const sample = [
  'port:jobs.ensure:after',
  'port:jobs.watch:after',
  'port:jobs.outcome:after',
  'port:runs.saveStep:after',
];
const struck = process.env['LAUREL_ALL_BOUNDARIES'] === '1' ? boundaries : sample;

let at: TrainingWorld;
beforeAll(async () => {
  const compiler = fileURLToPath(new URL('node_modules/typescript-7/bin/tsc', new URL('../../', import.meta.url)));
  await promisify(execFile)(process.execPath, [compiler, '-b', 'apps/worker'], { cwd: root });
  at = await openTrainingWorld({ worker: false });
}, 180_000);
afterAll(() => at[Symbol.asyncDispose]());

const trainer = `
for (let step = from + 1; step <= 60; step += 1) {
  progress(step);
  if (step % 10 === 0) commit(step);
  await sleep(20);
}
done();`;

test.each(struck)('a worker killed at %s is followed by one that attaches: one start, one end', async (failpoint) => {
  const victim = await at.spawnWorker(failpoint);
  const training = await at.train(trainer);
  expect(await victim.ended).toBe('SIGKILL');
  await using _next = await at.spawnWorker();
  expect((await training.handle.result()) as TrainingOutcome).toMatchObject({ kind: 'registered' });
  expect((await training.told()).filter((line) => line.startsWith('started'))).toHaveLength(1);
  const { items } = await at.db.trainingRecords.listAttempts(training.runId, { size: 10, token: null });
  expect(items.map(({ attempt, cause, charged }) => [attempt, cause, charged])).toEqual([[1, 'done', false]]);
  expect(await at.launcher.running()).toEqual([]);
});
