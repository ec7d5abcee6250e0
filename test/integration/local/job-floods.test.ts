import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { allProgress } from '../../contract/job-launcher.contract.js';
import { givenJobs } from './given-jobs.js';

const megabyte = 1024 ** 2;

test('a hundred megabytes on one line cost neither disk nor the training', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    const piece = 'x'.repeat(1024 * 1024);
    for (let index = 0; index < 100; index += 1)
      await new Promise((resolve) => process.stdout.write(piece, resolve));
    console.log('');
    console.log('the end');
    done();
  `);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  const lines = await world.launcher.log(spec.name, 10);
  expect(lines).toHaveLength(2);
  expect(lines[0]!.length).toBeLessThan(70_000);
  expect(lines[1]).toBe('the end');
});

test('of a flood of lines the last are kept, in a bounded log', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    const block = ('y'.repeat(1023) + '\\n').repeat(1024);
    for (let index = 0; index < 60; index += 1)
      await new Promise((resolve) => process.stderr.write(block, resolve));
    console.error('the end');
    done();
  `);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect((await world.launcher.log(spec.name, 2)).at(-1)).toBe('the end');
  const folder = await world.jobFolder();
  const sizes = await Promise.all(
    ['log.txt', 'log.txt.older'].map(async (name) => (await stat(join(folder, name))).size),
  );
  expect(sizes[0]! + sizes[1]!).toBeLessThan(40 * megabyte);
});

test('a flood of progress is thinned out, and its last step is seen', async () => {
  const world = await givenJobs();
  const spec = await world.job(`
    for (let step = 1; step <= 100_000; step += 1) {
      say({ laurel: 'progress', step, totalSteps: 100_000, metrics: {} });
      if (step % 1_000 === 0) await sleep(1);
    }
    done();
  `);
  await world.launcher.ensure(spec);
  expect((await allProgress(world.launcher, spec.name)).at(-1)?.step).toBe(100_000);
  expect((await stat(join(await world.jobFolder(), 'attempts', '1', 'events.jsonl'))).size).toBeLessThan(100_000);
});

test('a progress bar that writes over itself is a sign of life and one line of the log', async () => {
  const world = await givenJobs();
  const spec = await world.job(
    `
    for (let percent = 0; percent <= 100; percent += 5) { process.stderr.write('\\r' + percent + ' %'); await sleep(60); }
    process.stderr.write('\\n');
    done();
  `,
    { silenceMilliseconds: 900 },
  );
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await world.launcher.log(spec.name, 5)).toEqual(['100 %']);
});
