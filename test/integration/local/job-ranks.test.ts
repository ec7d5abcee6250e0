import { startOf } from '../../../libs/local/bin/process-identity.mjs';
import { allProgress, until } from '../../contract/job-launcher.contract.js';
import { givenJobs, type JobWorld } from './given-jobs.js';

const python = process.env['LAUREL_TORCH_PYTHON'];
const withTorch = python === undefined ? test.skip : test;

/** Two ranks, each a script of its own process, started by laurel_trainer.launch. */
async function twoRanks(world: JobWorld, script: string) {
  const launcher = world.anotherLauncher({ python: python!, timeScale: 1 });
  const spec = await world.job(`const rank = Number(env.RANK); ${script}`, { workers: 2 });
  await launcher.ensure(spec);
  return { launcher, spec };
}

async function pids(world: JobWorld): Promise<readonly number[]> {
  const told = await until(async () => ((await world.told()).length >= 2 ? world.told() : undefined), 60);
  return told.map(Number);
}

const alive = (all: readonly number[]) => all.filter((pid) => startOf(pid) !== undefined);

withTorch('each rank knows its place, and rank 0 speaks for all', async () => {
  const world = await givenJobs();
  const { launcher, spec } = await twoRanks(
    world,
    `tell([env.RANK, env.WORLD_SIZE, env.LOCAL_RANK, env.MASTER_ADDR !== undefined, Number(env.MASTER_PORT) > 0].join(' '));
     if (rank === 0) { progress(1); done(); }`,
  );
  expect((await allProgress(launcher, spec.name)).at(-1)?.step).toBe(1);
  expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect((await world.told()).toSorted()).toEqual(['0 2 0 true true', '1 2 1 true true']);
});

withTorch('the first rank that fails says why, and none is left', async () => {
  const world = await givenJobs();
  const { launcher, spec } = await twoRanks(
    world,
    `tell(process.pid); if (rank === 1) { await sleep(300); process.exit(64); } await sleep(60_000);`,
  );
  const all = await pids(world);
  expect(await launcher.outcome(spec.name)).toMatchObject({ cause: 'badParameters', exitCode: 64 });
  expect(alive(all)).toEqual([]);
});

withTorch('a killed rank takes the others with it within ten seconds, and the attempt was killed', async () => {
  const world = await givenJobs();
  const { launcher, spec } = await twoRanks(
    world,
    `tell(process.pid); process.on('SIGTERM', () => {}); await sleep(60_000);`,
  );
  const all = await pids(world);
  process.kill(all[1]!, 'SIGKILL');
  const at = performance.now();
  await until(() => alive(all).length === 0 || undefined);
  expect(performance.now() - at).toBeLessThan(10_000);
  expect(await launcher.outcome(spec.name)).toMatchObject({ cause: 'killed' });
});

withTorch('asked to stop, all ranks may commit, none is left, and the next attempt goes on from there', async () => {
  const world = await givenJobs();
  const stopping = `
    tell(process.pid);
    process.on('SIGTERM', () => { if (rank === 0) commit(7); process.exit(143); });
    if (rank === 0) progress(1);
    await sleep(60_000);
  `;
  const { launcher, spec } = await twoRanks(world, stopping);
  const first = await pids(world);
  await launcher.ensure({ ...spec, attempt: 2 });
  expect(alive(first)).toEqual([]);
  const seen = launcher.watch(spec.name, new AbortController().signal)[Symbol.asyncIterator]();
  expect((await seen.next()).value).toMatchObject({ attempt: 2, checkpointStep: 7 });
  await until(async () => ((await world.told()).length >= 4 ? true : undefined), 60);
  await launcher.remove(spec.name);
  expect(alive((await world.told()).map(Number))).toEqual([]);
});
