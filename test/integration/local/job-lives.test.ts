import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startOf } from '../../../libs/local/bin/process-identity.mjs';
import { allProgress, givenJobs, type JobWorld, until } from './given-jobs.js';

/** Ten steps with a checkpoint after each; tells where it began and with which fence. */
const tenSteps = `
  tell(env.LAUREL_FENCE + ' from ' + resumed());
  for (let step = resumed() + 1; step <= 10; step += 1) {
    progress(step);
    commit(step);
    await sleep(existsSync('slow') && step === 4 ? 60000 : 5);
  }
  done();
`;

async function told(world: JobWorld): Promise<readonly string[]> {
  const text = await readFile(join(world.project, 'told.txt'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

async function attemptFile(world: JobWorld, name: string): Promise<{ readonly pid: number }> {
  const [job] = await readdir(world.jobs);
  const attempts = join(world.jobs, job!, 'attempts');
  const newest = (await readdir(attempts))
    .filter((entry) => /^\d+$/.test(entry))
    .sort()
    .at(-1);
  return JSON.parse(await readFile(join(attempts, newest!, name), 'utf8'));
}

async function atStepFour(world: JobWorld): Promise<void> {
  const [job] = await readdir(world.jobs);
  await until(async () =>
    (await readdir(join(world.jobs, job!, 'checkpoints')).catch(() => [])).find((step) => step === '4'),
  );
}

test('twenty callers at once start one process', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell('here'); await sleep(300); done();`);
  const launchers = [world.launcher, world.anotherLauncher(), world.anotherLauncher()];
  await Promise.all(Array.from({ length: 20 }, (_, index) => launchers[index % 3]!.ensure(spec)));
  expect(await world.launcher.running()).toEqual([spec.name]);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  await world.launcher.ensure(spec);
  expect(await world.launcher.running()).toEqual([]);
  expect(await told(world)).toEqual(['here']);
});

test('another launcher attaches to a running job and sees all its progress', async () => {
  const world = await givenJobs();
  const spec = await world.job(
    `for (let step = 1; step <= 5; step += 1) { progress(step); await sleep(250); } done();`,
  );
  await world.launcher.ensure(spec);
  const leaving = new AbortController();
  for await (const _ of world.launcher.watch(spec.name, leaving.signal)) leaving.abort();
  const other = world.anotherLauncher();
  await other.ensure(spec);
  const seen = await allProgress(other, spec.name);
  expect(seen.at(-1)?.step).toBe(5);
  expect(await other.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('a killed trainer, removed and started again, goes on from its last checkpoint with a higher fence', async () => {
  const world = await givenJobs();
  const spec = await world.job(tenSteps);
  await writeFile(join(world.project, 'slow'), '');
  await world.launcher.ensure(spec);
  await atStepFour(world);
  process.kill((await attemptFile(world, 'trainer.json')).pid, 'SIGKILL');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'failed', retryable: true });
  await world.launcher.remove(spec.name);

  await world.launcher.ensure({ ...spec, fence: 1 });
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await told(world)).toEqual(['1 from 0', '2 from 4']);
});

test('a job whose supervisor is killed is started again by whoever watches it, and the orphan is ended', async () => {
  const world = await givenJobs();
  const spec = await world.job(tenSteps);
  await writeFile(join(world.project, 'slow'), '');
  await world.launcher.ensure(spec);
  await atStepFour(world);
  const orphan = (await attemptFile(world, 'trainer.json')).pid;
  process.kill((await attemptFile(world, 'supervisor.json')).pid, 'SIGKILL');

  expect(await world.anotherLauncher().outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await told(world)).toEqual(['1 from 0', '2 from 4']);
  expect(startOf(orphan)).toBeUndefined();
});

test('a torn checkpoint is passed over for the one before it', async () => {
  const world = await givenJobs();
  const spec = await world.job(tenSteps);
  await writeFile(join(world.project, 'slow'), '');
  await world.launcher.ensure(spec);
  await atStepFour(world);
  await world.launcher.remove(spec.name);
  const [job] = await readdir(world.jobs);
  await writeFile(join(world.jobs, job!, 'checkpoints', '4', '1', 'shard-0.bin'), 'stat');

  await world.launcher.ensure(spec);
  await until(async () => (await told(world)).at(1));
  expect(await told(world)).toEqual(['1 from 0', '2 from 3']);
});

test('removing a job asks the trainer to stop, which may commit a checkpoint, and forgets it', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    process.on('SIGTERM', () => { commit(7); tell('stopped'); process.exit(143); });
    tell(env.LAUREL_FENCE + ' from ' + resumed());
    progress(1);
    await sleep(60000);
  `);
  await world.launcher.ensure(spec);
  await until(async () => (await told(world)).at(0));
  await world.launcher.remove(spec.name);
  await world.launcher.remove(spec.name);
  expect(await world.launcher.running()).toEqual([]);
  await expect(world.launcher.outcome(spec.name)).rejects.toMatchObject({ code: 'NotFound' });

  await world.launcher.ensure(spec);
  await until(async () => (await told(world)).at(2));
  expect(await told(world)).toEqual(['1 from 0', 'stopped', '2 from 7']);
});

test('removing a job that ignores SIGTERM kills it', async () => {
  const world = await givenJobs();
  const spec = await world.job(`process.on('SIGTERM', () => {}); tell(process.pid); await sleep(60000);`);
  await world.launcher.ensure(spec);
  const pid = Number(await until(async () => (await told(world)).at(0)));
  await world.launcher.remove(spec.name);
  expect(startOf(pid)).toBeUndefined();
});

test('a supervisor id that now belongs to another program does not count as a running job', async () => {
  const world = await givenJobs();
  const spec = await world.job(tenSteps);
  await writeFile(join(world.project, 'slow'), '');
  await world.launcher.ensure(spec);
  await atStepFour(world);
  const [job] = await readdir(world.jobs);
  const { pid } = await attemptFile(world, 'supervisor.json');
  process.kill(pid, 'SIGKILL');
  const recycled = JSON.stringify({ pid: process.pid, start: 'another time' });
  await writeFile(join(world.jobs, job!, 'attempts', '1', 'supervisor.json'), recycled);

  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await told(world)).toEqual(['1 from 0', '2 from 4']);
});

test('a starter that died between claim and supervisor does not block the job', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell(env.LAUREL_FENCE); done();`);
  await world.launcher.ensure(spec);
  await world.launcher.outcome(spec.name);
  const [job] = await readdir(world.jobs);
  await world.launcher.remove(spec.name);
  await mkdir(join(world.jobs, job!, 'attempts', '1'), { recursive: true });
  await writeFile(join(world.jobs, job!, 'attempts', '1', 'claim.json'), JSON.stringify({ pid: 999_999, start: 'x' }));

  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('data that the object store does not have refuses the start and leaves nothing behind', async () => {
  const world = await givenJobs();
  const spec = await world.job('done()');
  const missing = `sha256:${'0'.repeat(64)}` as const;
  const broken = { ...spec, data: { ...spec.data, train: missing } };
  await expect(world.launcher.ensure(broken)).rejects.toMatchObject({ code: 'NotFound' });
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
});
