import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMask, secretValues } from '@laurel/local';
import { allProgress } from '../../contract/job-launcher.contract.js';
import { processorMilliseconds } from '../../support/processor-time.js';
import { givenJobs } from './given-jobs.js';

test('a secret that is a word of the protocol takes nothing from the protocol', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({ masked: ['progress', 'laurel'] });
  const spec = await world.job(`
    progress(3);
    say({ laurel: 'warning', message: 'laurel is a password' });
    done();
  `);
  await launcher.ensure(spec);
  const seen = await allProgress(launcher, spec.name);
  expect(seen.at(-1)).toMatchObject({ step: 3, message: '*** is a password' });
});

test('secrets appear in no log, no message and no file of the job', async () => {
  const world = await givenJobs();
  const launcher = world.anotherLauncher({
    secrets: { REGISTRY_TOKEN: 'given-to-the-trainer' },
    masked: ['of-the-worker'],
  });
  const spec = await world.job(`
    console.log('I was given ' + env.REGISTRY_TOKEN + ' and found of-the-worker');
    console.error('AWS_SECRET_ACCESS_KEY=abc123xyz');
    console.log(JSON.stringify({ password: 'hunter2-in-json', tokens: 12 }));
    say({ laurel: 'warning', message: 'at postgres://laurel:pw-in-address@db/laurel' });
    console.error('the key is ' + env.REGISTRY_TOKEN);
    process.exit(1);
  `);
  await launcher.ensure(spec);
  const seen = await allProgress(launcher, spec.name);
  const outcome = await launcher.outcome(spec.name);
  const log = await launcher.log(spec.name, 10);
  expect(log).toEqual(
    expect.arrayContaining([
      'I was given *** and found ***',
      'AWS_SECRET_ACCESS_KEY=***',
      '{"password":"***","tokens":12}',
    ]),
  );
  const found = (await readdir(world.jobs, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = await Promise.all(found.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
  const everything = JSON.stringify({ seen, outcome, log, files });
  for (const secret of ['given-to-the-trainer', 'of-the-worker', 'abc123xyz', 'hunter2-in-json', 'pw-in-address'])
    expect(everything).not.toContain(secret);
  expect(everything).toContain('at postgres://laurel:***@db/laurel');
});

test('a password with a bare percent sign in an address of the environment is a secret like any other', () => {
  expect(secretValues({ DATABASE: 'postgres://laurel:half%off@db/laurel' })).toContain('half%off');
});

test.each([
  ['dots', 'a.'],
  ['dashes', 'ab-cd_'],
])('a long line of %s holds nobody up', (_, piece) => {
  const mask = createMask(['of-the-worker']);
  const line = piece.repeat(20_000);
  const began = processorMilliseconds();
  expect(mask(`${line} of-the-worker`)).toBe(`${line} ***`);
  expect(processorMilliseconds() - began).toBeLessThan(1_000);
});
