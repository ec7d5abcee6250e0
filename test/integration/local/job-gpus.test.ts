import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobSpec } from '@laurel/domain';
import { until } from '../../contract/job-launcher.contract.js';
import { givenJobs, type JobWorld } from './given-jobs.js';

const twoGpus = async () => [
  { id: 'GPU-a', kind: 'NVIDIA L4' },
  { id: 'GPU-b', kind: 'NVIDIA L4' },
];

const tellGpus = `tell(env.LAUREL_SEED + ': ' + env.CUDA_VISIBLE_DEVICES); await pass(env.LAUREL_SEED); done();`;

interface Asked {
  readonly seed: number;
  readonly count: number;
  readonly shared?: boolean;
  readonly kind?: string;
}

async function gpuJob(world: JobWorld, { seed, count, shared = false, kind }: Asked, change: Partial<JobSpec> = {}) {
  const spec = await world.job(tellGpus, { name: `job-${seed}`, seed, ...change });
  return { ...spec, resources: { ...spec.resources, gpu: { count, kind: kind ?? null, shared } } };
}

test('jobs that ask for a GPU get one each, and a third waits until one is free', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ gpus: twoGpus });
  for (const seed of [1, 2, 3]) await launcher.ensure(await gpuJob(world, { seed, count: 1 }));
  await until(async () => (await world.told()).at(1));
  for await (const { waiting } of launcher.watch('job-3', new AbortController().signal)) {
    if (waiting === null) continue;
    expect(waiting).toContain('GPUs');
    break;
  }
  expect((await world.told()).toSorted().map((line) => line.slice(0, 7))).toEqual(['1: GPU-', '2: GPU-']);
  expect(new Set((await world.told()).map((line) => line.slice(3)))).toEqual(new Set(['GPU-a', 'GPU-b']));
  const [freed] = (await world.told()).filter((line) => line.startsWith('1:'));
  await world.open('1');
  const third = await until(async () => (await world.told()).at(2));
  expect(third).toBe(`3${freed!.slice(1)}`);
  let last: string | null = 'nothing seen';
  await Promise.all(['2', '3'].map((gate) => world.open(gate)));
  for await (const { waiting } of launcher.watch('job-3', new AbortController().signal)) last = waiting;
  expect(last).toBeNull();
  expect(await launcher.outcome('job-3')).toMatchObject({ kind: 'done' });
});

test('GPUs of a removed job are free again', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ gpus: twoGpus });
  await launcher.ensure(await gpuJob(world, { seed: 1, count: 2 }));
  await until(async () => (await world.told()).at(0));
  await launcher.remove('job-1');
  await launcher.ensure(await gpuJob(world, { seed: 2, count: 2 }));
  expect(await until(async () => (await world.told()).at(1))).toBe('2: GPU-a,GPU-b');
});

test('jobs that share GPUs run beside each other, and keep out a job that wants one alone', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ gpus: async () => [{ id: 'GPU-a', kind: 'NVIDIA L4' }] });
  for (const seed of [1, 2]) await launcher.ensure(await gpuJob(world, { seed, count: 1, shared: true }));
  await until(async () => (await world.told()).at(1));
  await launcher.ensure(await gpuJob(world, { seed: 3, count: 1 }, { pendingMilliseconds: 700 }));
  expect(await launcher.outcome('job-3')).toMatchObject({ cause: 'unschedulable', exitCode: null });
  expect((await world.told()).toSorted()).toEqual(['1: GPU-a', '2: GPU-a']);
});

test.each([
  ['too many', { seed: 1, count: 3 }, '2 GPUs that fit where 3'],
  ['of another kind', { seed: 1, count: 1, kind: 'NVIDIA-H100' }, '0 GPUs that fit where 1'],
])('a job that asks for %s is unschedulable at once', async (_, asked, message) => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ gpus: twoGpus });
  await launcher.ensure(await gpuJob(world, asked));
  expect(await launcher.outcome('job-1')).toMatchObject({
    cause: 'unschedulable',
    message: expect.stringContaining(message),
  });
});

test('a job that waits for a GPU can be removed', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ gpus: twoGpus });
  await launcher.ensure(await gpuJob(world, { seed: 1, count: 2 }));
  await launcher.ensure(await gpuJob(world, { seed: 2, count: 1 }));
  expect(await launcher.running()).toEqual(['job-1', 'job-2']);
  await launcher.remove('job-2');
  expect(await launcher.running()).toEqual(['job-1']);
});

test('a job that cannot lease its GPU says why', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ gpus: twoGpus });
  await mkdir(world.jobs);
  await writeFile(join(world.jobs, '.gpus'), 'no folder');
  await launcher.ensure(await gpuJob(world, { seed: 1, count: 1 }, { pendingMilliseconds: 300 }));
  expect(await launcher.outcome('job-1')).toMatchObject({
    cause: 'unschedulable',
    message: expect.stringContaining('leases'),
  });
});
