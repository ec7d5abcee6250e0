import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearOldJobs } from '@laurel/local';
import { allProgress, until } from '../../contract/job-launcher.contract.js';
import { givenJobs } from './given-jobs.js';

test('what a trainer leaves in its temporary folder goes with the attempt', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell(env.TMPDIR); writeFileSync(env.TMPDIR + '/left', 'x'); done();`);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  const [temporary] = await world.told();
  await expect(stat(temporary!)).rejects.toThrow('ENOENT');
});

test('a removed job keeps its checkpoints and its log, and not the copy of its data', async () => {
  const world = await givenJobs();
  const spec = await world.job(`console.log('begun'); commit(1); tell('begun'); await sleep(60_000);`);
  await world.launcher.ensure(spec);
  await until(async () => (await world.told()).at(0));
  await world.launcher.remove(spec.name);
  const left = await readdir(await world.jobFolder());
  expect(left).toEqual(expect.arrayContaining(['checkpoints', 'log.txt']));
  expect(left).not.toContain('data');
  expect(left.filter((name) => name.startsWith('attempts'))).toEqual([]);
});

test('a worker that died between storing a result and clearing up has its clearing done by the next one', async () => {
  const world = await givenJobs();
  const spec = await world.job(`commit(1); done();`);
  await world.launcher.ensure(spec);
  await allProgress(world.launcher, spec.name);
  const folder = await world.jobFolder();
  const stored = { kind: 'done', output: `sha256:${'1'.repeat(64)}` };
  await writeFile(join(folder, 'attempts', '1', 'result.json'), JSON.stringify(stored));
  expect(await world.launcher.outcome(spec.name)).toEqual(stored);
  expect(await readdir(folder)).not.toEqual(expect.arrayContaining(['checkpoints']));
  expect(await readdir(folder)).not.toEqual(expect.arrayContaining(['data']));
  expect(await readdir(join(folder, 'attempts', '1'))).not.toContain('output');
});

test('of a job that failed long ago only the log stays; younger and running ones keep everything', async () => {
  const world = await givenJobs();
  const failed = await world.job(`console.log('begun'); commit(1); process.exit(1);`);
  await world.launcher.ensure(failed);
  expect(await world.launcher.outcome(failed.name)).toMatchObject({ kind: 'ended' });
  const before = await readdir(await world.jobFolder());
  expect(before).toEqual(expect.arrayContaining(['attempts', 'checkpoints', 'data', 'log.txt']));

  expect(await clearOldJobs({ folder: world.jobs, keepMilliseconds: 60_000 })).toBe(0);
  expect(await readdir(await world.jobFolder())).toEqual(before);

  expect(await clearOldJobs({ folder: world.jobs, keepMilliseconds: 0 })).toBe(1);
  expect(await readdir(await world.jobFolder())).toEqual(['log.txt']);
  expect(await world.launcher.log(failed.name, 5)).toEqual(expect.arrayContaining([expect.stringContaining('begun')]));
  expect(await clearOldJobs({ folder: world.jobs, keepMilliseconds: 0 })).toBe(0);
});

test('a job that runs is not cleared however old it is', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell('here'); await pass('end'); done();`);
  await world.launcher.ensure(spec);
  await until(async () => (await world.told()).at(0));
  expect(await clearOldJobs({ folder: world.jobs, keepMilliseconds: 0 })).toBe(0);
  await world.open('end');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
});

test('where no job has ever run there is nothing to clear', async () => {
  const world = await givenJobs();
  expect(await clearOldJobs({ folder: world.jobs, keepMilliseconds: 0 })).toBe(0);
});
