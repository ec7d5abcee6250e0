import { randomUUID } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { findToolchain } from '@laurel/dev';
import { attemptName } from '../../../libs/kubernetes/src/names.js';
import { allProgress, until } from '../../contract/job-launcher.contract.js';
import { clusterIsHere } from '../../support/kubernetes/test-cluster.js';
import { givenLauncher, type LauncherWorld } from './given-launcher.js';

jest.setTimeout(120_000);

/**
 * Stands in for torchrun's agent, which these tests do without: `python -m laurel_trainer.launch … -- COMMAND` runs the
 * command as the rank that it is told. Everything else is Python as it is.
 */
const standIn = (python: string) => `#!/bin/sh
if [ "$1 $2" != "-m laurel_trainer.launch" ]; then exec ${python} "$@"; fi
while [ "$1" != "--" ]; do
  case "$1" in --node-rank) export RANK=$2;; --nnodes) export WORLD_SIZE=$2;; --rdzv) export RENDEZVOUS=$2;; esac
  shift
done
shift
exec "$@"
`;

/** Two ranks that wait for each other, as at a rendezvous, and of which each makes steps; the first commits. */
const twoRanks = `
  const rank = Number(env.RANK);
  const isUp = (one) => place + '/up-' + env.LAUREL_FENCE + '-' + one;
  writeFileSync(isUp(rank), '');
  while (!existsSync(isUp(1 - rank))) await sleep(20);
  tell('rank ' + rank + ' of ' + env.WORLD_SIZE + ' from ' + resumed() + ' at ' + env.RENDEZVOUS);
  process.on('SIGTERM', () => { tell('rank ' + rank + ' stopped'); process.exit(143); });
  for (let step = resumed() + 1; step <= 4; step += 1) { if (rank === 0) { progress(step, 4); commit(step); } await sleep(50); }
  if (env.LAUREL_FENCE === '1') { tell('ready'); await sleep(120_000); }
  if (rank === 0) done();
`;

async function givenRanks(): Promise<LauncherWorld> {
  const world = await givenLauncher({ nodes: [{ name: 'one' }, { name: 'two' }], bin: 'bin' });
  const { python } = findToolchain();
  await mkdir(join(world.folder, 'bin'));
  const program = join(world.folder, 'bin', 'python');
  await writeFile(program, standIn(python ?? ''));
  await chmod(program, 0o755);
  return world;
}

/** Two ranks that have met, and the watch that follows them. */
async function startedIn(world: LauncherWorld) {
  const spec = await world.job(twoRanks, { workers: 2 });
  await world.launcher.ensure(spec);
  const watching = allProgress(world.launcher, spec.name);
  await until(async () => {
    const ready = (await world.told()).filter((line) => line === 'ready');
    return ready.length === 2 ? true : undefined;
  }, 60);
  return { spec, watching };
}

async function podOf(world: LauncherWorld, rank: number): Promise<string> {
  const label = 'batch.kubernetes.io/job-completion-index';
  const found = (await world.pods()).find(({ metadata }) => metadata?.labels?.[label] === String(rank));
  return found?.metadata?.name ?? '';
}

const here = clusterIsHere() ? describe : describe.skip;

here('several workers on Kubernetes', () => {
  test('know their ranks and where the first one is, and give one model', async () => {
    const world = await givenRanks();
    const spec = await world.job(twoRanks, { workers: 2, fence: 2 });
    await world.launcher.ensure(spec);
    expect((await allProgress(world.launcher, spec.name)).at(-1)).toMatchObject({ step: 4, checkpointStep: 4 });
    expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    const told = (await world.told()).toSorted();
    expect(told).toEqual([
      expect.stringMatching(/^rank 0 of 2 from 0 at 127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^rank 1 of 2 from 0 at 127\.0\.0\.1:\d+$/),
    ]);
    expect(new Set(told.map((line) => line.split(' at ')[1])).size).toBe(1);
  });

  test('find each other although the Service of an earlier start is still about to be collected', async () => {
    const world = await givenRanks();
    const { core, agent, launcher } = world;
    const { namespace } = agent;
    const spec = await world.job(twoRanks, { workers: 2, fence: 2 });
    const name = attemptName(spec.name, 1);
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid: randomUUID() }];
    // A finalizer keeps it as long as a garbage collector that has much to do.
    const metadata = { name, ownerReferences, finalizers: ['laurel.dev/test'] };
    const left = { metadata, spec: { clusterIP: 'None', selector: { gone: 'true' } } };
    await core.createNamespacedService({ namespace, body: left });
    const starting = launcher.ensure(spec);
    const job = await until(async () => (await world.batch.listNamespacedJob({ namespace })).items[0]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const release = [{ op: 'remove', path: '/metadata/finalizers' }];
    await core.patchNamespacedService({ name, namespace, body: release });
    await starting;
    const service = await core.readNamespacedService({ name, namespace });
    expect(service.metadata?.ownerReferences?.map(({ uid }) => uid)).toEqual([job.metadata?.uid]);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  });

  test('are all stopped when the machine of one is taken, nothing is charged, and they go on together', async () => {
    const world = await givenRanks();
    const { launcher, agent } = world;
    const { spec, watching } = await startedIn(world);
    await agent.evict(await podOf(world, 1));
    await watching;
    expect(await launcher.outcome(spec.name)).toMatchObject({
      kind: 'ended',
      cause: 'disrupted',
      message: expect.stringMatching(/^rank 1: the cluster took pod/),
    });
    expect(agent.processes()).toEqual([]);
    await launcher.ensure({ ...spec, attempt: 2, fence: 2 });
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect((await world.told()).filter((line) => /from 4/.test(line)).length).toBe(2);
  });

  test('are all gone within 10 s when one is killed', async () => {
    const world = await givenRanks();
    const { launcher, agent } = world;
    const { spec, watching } = await startedIn(world);
    const killed = performance.now();
    agent.kill(await podOf(world, 1));
    await until(() => (agent.processes().length === 0 ? true : undefined), 10);
    expect(performance.now() - killed).toBeLessThan(10_000);
    await watching;
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'killed', exitCode: 143 });
  });
});
