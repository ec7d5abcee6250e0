import { type ActivityPorts, makeActivities } from '@laurel/activities';
import type { TrainInput } from '@laurel/contracts';
import type { JobOutcome, JobSpec } from '@laurel/domain';
import type { JobLauncher } from '@laurel/ports';
import { MockActivityEnvironment } from '@temporalio/testing';
import { exampleProject } from '../../support/example-project.js';

const digest = `sha256:${'0'.repeat(64)}` as const;

/** A launcher whose jobs end as told, one outcome per start. */
function scripted(outcomes: readonly JobOutcome[]): {
  readonly jobs: JobLauncher;
  readonly started: JobSpec[];
  readonly removed: string[];
} {
  const started: JobSpec[] = [];
  const removed: string[] = [];
  const jobs: JobLauncher = {
    ensure: async (spec) => void started.push(spec),
    watch: async function* () {
      yield { step: 1, totalSteps: 2, metrics: {}, message: null };
    },
    outcome: async () =>
      outcomes[started.length - 1] ?? {
        kind: 'failed',
        code: 1,
        retryable: true,
        message: 'it crashed',
        errorCode: 'TrainerCrashed',
      },
    remove: async (name) => void removed.push(name),
    log: async () => [],
    running: async () => [],
  };
  return { jobs, started, removed };
}

async function run(jobs: JobLauncher): Promise<unknown> {
  const model = await exampleProject();
  const dataset = { dataset: 'churn', version: 1, digest, rows: 10, table: digest };
  const columns = [
    { name: 'churn', kind: 'categorical', storage: 'string', nullable: false },
    { name: 'tenure', kind: 'numeric', storage: 'integer', nullable: false },
  ] as const;
  const stored = { ...dataset, source: '', schema: { columns }, statistics: { rows: 10, columns: [] }, createdAt: '' };
  const ports = {
    jobs,
    datasets: { find: async () => stored },
    objects: { put: async () => digest },
    code: { describe: async () => ({ digest, commit: null, branch: null, dirty: false }) },
    runs: {
      update: async () => undefined,
      findStep: async () => undefined,
      saveStep: async (_key: unknown, output: unknown) => output,
    },
  } as unknown as ActivityPorts;
  const part = { digest, rows: 1 };
  const input: TrainInput = {
    project: 'churn',
    runId: 'a'.repeat(32),
    rerun: false,
    model,
    folder: '/tmp',
    dataset,
    parts: { train: part, validation: part, holdout: part },
    fence: 1,
  };
  const training = makeActivities(ports)['laurel-train'];
  return new MockActivityEnvironment().run((given: TrainInput) => training.runTrainer(given), input);
}

const crash: JobOutcome = {
  kind: 'failed',
  code: 1,
  retryable: true,
  message: 'it crashed',
  errorCode: 'TrainerCrashed',
};

test('a trainer that crashes once is started again, with a higher fence', async () => {
  const { jobs, started, removed } = scripted([crash, { kind: 'done', output: digest }]);
  await expect(run(jobs)).resolves.toBe(digest);
  expect(started.map(({ fence }) => fence)).toEqual([1, 2]);
  expect(removed).toHaveLength(1);
});

test('a trainer that crashes as often as the project allows ends the run for good, although a crash may be retried', async () => {
  const { jobs, started } = scripted([]);
  await expect(run(jobs)).rejects.toMatchObject({
    type: 'TrainerCrashed',
    nonRetryable: true,
    message: 'it crashed (3 times)',
  });
  expect(started).toHaveLength(3);
});

test('bad parameters are not tried again', async () => {
  const { jobs, started } = scripted([
    { kind: 'failed', code: 64, retryable: false, message: 'max_depth is -1', errorCode: 'TrainerFailed' },
  ]);
  await expect(run(jobs)).rejects.toMatchObject({ type: 'TrainerFailed', message: 'max_depth is -1' });
  expect(started).toHaveLength(1);
});

test('a preemption costs no attempt', async () => {
  const gone: JobOutcome = { kind: 'preempted', message: 'the machine went away' };
  const { jobs, started } = scripted([gone, gone, gone, gone, { kind: 'done', output: digest }]);
  await expect(run(jobs)).resolves.toBe(digest);
  expect(started).toHaveLength(5);
});

test('a trainer that hangs in every attempt is called hung', async () => {
  const hung: JobOutcome = { kind: 'hung', message: 'silent for 5 minutes' };
  const { jobs } = scripted([hung, hung, hung]);
  await expect(run(jobs)).rejects.toMatchObject({
    type: 'TrainerHung',
    nonRetryable: true,
    message: 'the trainer hung (3 times): silent for 5 minutes',
  });
});
