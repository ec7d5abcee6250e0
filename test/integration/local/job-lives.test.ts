import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, startOf } from '../../../libs/local/bin/process-identity.mjs';
import { until } from '../../contract/job-launcher.contract.js';
import { givenJobs, type JobWorld } from './given-jobs.js';

/** Ten steps that wait at the fourth until the test opens the gate, in the first attempt only. */
const waitingAtFour = `
  await tenSteps(async (step) => { if (step === 4 && env.LAUREL_FENCE === '1') { tell('at four'); await pass('four'); } });
`;

async function startedAtFour(world: JobWorld, launcher = world.launcher) {
  const spec = await world.job(waitingAtFour);
  await launcher.ensure(spec);
  await until(async () => (await world.told()).at(1));
  return spec;
}

test('twenty callers at once start one process', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell('here'); await pass('end'); done();`);
  const launchers = [world.launcher, world.anotherLauncher(), world.anotherLauncher()];
  await Promise.all(Array.from({ length: 20 }, (_, index) => launchers[index % 3]!.ensure(spec)));
  expect(await world.launcher.running()).toEqual([spec.name]);
  await world.open('end');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await world.told()).toEqual(['here']);
});

test('of callers with different attempts at once the highest runs, alone', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    tell('begin ' + process.pid);
    await pass('end');
    done();
  `);
  const attempts = [1, 2, 3, 4, 5];
  const answers = await Promise.allSettled(
    attempts.map((attempt) => world.anotherLauncher().ensure({ ...spec, attempt })),
  );
  expect(answers.at(-1)).toMatchObject({ status: 'fulfilled' });
  const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []));
  expect(refusals.every((code) => code === 'StaleFence')).toBe(true);
  const begun = await until(async () => {
    const pids = (await world.told()).map((line) => Number(line.split(' ')[1]));
    return pids.some((pid) => startOf(pid) !== undefined) ? pids : undefined;
  });
  expect(begun.filter((pid) => startOf(pid) !== undefined)).toHaveLength(1);
  await world.open('end');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('a killed supervisor ends the attempt as killed, with its trainer, and nothing starts again by itself', async () => {
  const world = await givenJobs();
  const spec = await startedAtFour(world);
  const orphan = (await world.attemptFile('trainer')).pid;
  process.kill((await world.attemptFile('supervisor')).pid, 'SIGKILL');

  expect(await world.anotherLauncher().outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'killed' });
  expect(startOf(orphan)).toBeUndefined();
  await world.launcher.ensure(spec);
  expect(await world.launcher.running()).toEqual([]);
  expect(await world.told()).toEqual(['from 0', 'at four']);

  await world.launcher.ensure({ ...spec, attempt: 2 });
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await world.told()).toEqual(['from 0', 'at four', 'from 4']);
});

test('a killed supervisor whose trainer still runs counts as running until somebody looks', async () => {
  const world = await givenJobs();
  const spec = await startedAtFour(world);
  process.kill((await world.attemptFile('supervisor')).pid, 'SIGKILL');
  await until(async () => !isAlive(await world.attemptFile('supervisor')) || undefined);
  expect(await world.launcher.running()).toEqual([spec.name]);
  await world.launcher.remove(spec.name);
  expect(await world.launcher.running()).toEqual([]);
});

test('a restart of the machine is a lost node', async () => {
  const world = await givenJobs();
  const spec = await startedAtFour(world);
  process.kill((await world.attemptFile('supervisor')).pid, 'SIGKILL');
  const formerBoot = JSON.stringify({ pid: process.pid, start: 'another boot:77' });
  await writeFile(join(await world.jobFolder(), 'attempts', '1', 'supervisor.json'), formerBoot);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'nodeLost' });
});

test('a supervisor id that now belongs to another program does not count as a running job', async () => {
  const world = await givenJobs();
  const spec = await startedAtFour(world);
  const supervisor = await world.attemptFile('supervisor');
  process.kill(supervisor.pid, 'SIGKILL');
  const recycled = JSON.stringify({ pid: process.pid, start: supervisor.start });
  await writeFile(join(await world.jobFolder(), 'attempts', '1', 'supervisor.json'), recycled);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'killed' });
});

test('a SIGTERM to the supervisor, as at shutdown, gives the trainer its grace and is a disruption', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    process.on('SIGTERM', () => { commit(7); process.exit(143); });
    tell('begun');
    await sleep(60_000);
  `);
  await world.launcher.ensure(spec);
  await until(async () => (await world.told()).at(0));
  process.kill((await world.attemptFile('supervisor')).pid, 'SIGTERM');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ cause: 'disrupted', exitCode: 143 });
});

test('data that the object store does not have refuses the start and leaves nothing behind', async () => {
  const world = await givenJobs();
  const spec = await world.job('done()');
  const missing = `sha256:${'0'.repeat(64)}` as const;
  const broken = { ...spec, data: spec.data && { ...spec.data, train: missing } };
  await expect(world.launcher.ensure(broken)).rejects.toMatchObject({ code: 'NotFound' });
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('of many attempts the files of the last few stay', async () => {
  const world = await givenJobs();
  const spec = await world.job(`process.exit(143)`);
  for (let attempt = 1; attempt <= 9; attempt += 1) {
    await world.launcher.ensure({ ...spec, attempt });
    expect(await world.launcher.outcome(spec.name)).toMatchObject({ cause: 'disrupted' });
  }
  const kept = await readdir(join(await world.jobFolder(), 'attempts'));
  expect(kept.sort()).toEqual(['4', '5', '6', '7', '8', '9']);
});

test('a supervisor that was held up does not take a trainer for hung that went on talking', async () => {
  const world = await givenJobs();
  const spec = await world.job(
    `
    tell('begun');
    for (let step = 1; !isOpen('end'); step += 1) { progress(step, 1e9); await sleep(50); }
    done();
  `,
    { silenceMilliseconds: 1_500 },
  );
  await world.launcher.ensure(spec);
  await until(async () => (await world.told()).at(0));
  const { pid } = await world.attemptFile('supervisor');
  process.kill(pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  process.kill(pid, 'SIGCONT');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await world.open('end');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('who asked for a job that stands there with another specification never removes it, however often told to', async () => {
  const world = await givenJobs();
  const spec = await startedAtFour(world);
  const other = world.anotherLauncher();
  await other.ensure({ ...spec, seed: spec.seed + 1 });
  await other.remove(spec.name);
  await other.remove(spec.name);
  expect(await world.launcher.running()).toEqual([spec.name]);
});
