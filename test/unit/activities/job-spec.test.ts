import type { AttemptInput } from '@laurel/contracts';
import { attemptPolicy, firstAttempt, type TrainingSpec } from '@laurel/domain';
import { jobSpec } from '../../../activities/src/training/job-spec.js';
import { exampleProject } from '../../support/example-project.js';

const digest = `sha256:${'0'.repeat(64)}` as const;
const data = { train: digest, validation: digest, schema: digest };

async function specOf(training: Partial<TrainingSpec>, history: Partial<AttemptInput['history']> = {}) {
  const base = await exampleProject();
  const model = { ...base, spec: { ...base.spec, training: { ...base.spec.training, ...training } } };
  const policy = attemptPolicy(model.spec.training);
  const part = { digest, rows: 1 };
  return jobSpec(
    {
      project: 'churn',
      runId: 'a'.repeat(32),
      rerun: false,
      model,
      folder: '/projects/churn',
      dataset: { dataset: 'churn', version: 1, digest, rows: 3, table: digest },
      parts: { train: part, validation: part, holdout: part },
      fence: 7,
      policy,
      history: { ...firstAttempt(policy), ...history },
    },
    data,
  );
}

test('a job is named after its run, and every attempt has the next number and the next fence', async () => {
  const first = await specOf({});
  const third = await specOf({}, { attempt: 3 });
  expect(first).toMatchObject({ name: `churn-${'a'.repeat(32)}`, attempt: 1, fence: 7 });
  expect(third).toMatchObject({ name: first.name, attempt: 3, fence: 9 });
});

test('what the trainers of a run have used up of its deadline is not given again', async () => {
  expect((await specOf({ deadline: '1h' }, { ranMilliseconds: 600_000 })).deadlineMilliseconds).toBe(3_000_000);
});

test('resources, workers and placement come from the project and the history, in bytes and numbers', async () => {
  const gpu = { count: 2, kind: 'nvidia-l4', shared: false };
  const spec = await specOf(
    {
      resources: { cpu: 4, memory: '8Gi', gpu, sharedMemory: '1Gi' },
      workers: 3,
      spot: { enabled: true, fallbackAfterPreemptions: 2 },
      image: 'registry.example.com/trainer:1',
    },
    {},
  );
  expect(spec).toMatchObject({
    workers: 3,
    placement: 'spot',
    image: 'registry.example.com/trainer:1',
    resources: { cpus: 4, memoryBytes: 8 * 2 ** 30, gpu, sharedMemoryBytes: 2 ** 30 },
  });
  expect((await specOf({ pending: '5m' })).pendingMilliseconds).toBe(300_000);
});
