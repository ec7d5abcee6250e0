import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobSpec } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { claimOf } from '../../../libs/local/bin/claims.mjs';
import { isAlive } from '../../../libs/local/bin/process-identity.mjs';
import { jobFiles } from '../../../libs/local/src/job-files.js';
import { until } from '../../contract/job-launcher.contract.js';
import { givenJobs, type JobWorld } from './given-jobs.js';

const temporaryOf = (world: JobWorld) => join(world.project, 'temporary');

/** What a starter leaves that died between its claim and its supervisor. */
async function givenDeadStarter(world: JobWorld, spec: JobSpec): Promise<string> {
  const attempt = join(jobFiles(world.jobs, spec.name).attempts, String(spec.attempt));
  await mkdir(attempt, { recursive: true });
  await writeFile(join(attempt, claimOf({ pid: 999_999, start: 'x' })), '');
  await writeFile(join(attempt, 'spec.json'), JSON.stringify(spec));
  const start = { mark: randomUUID(), temporary: temporaryOf(world) };
  await writeFile(join(attempt, 'start.json'), JSON.stringify(start));
  await mkdir(start.temporary);
  return attempt;
}

test('a starter that died between claim and supervisor does not block the attempt', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell('begun'); done();`);
  await givenDeadStarter(world, spec);
  await world.launcher.ensure(spec);
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await world.told()).toEqual(['begun']);
});

test('a worker that saw a dead starter and was held up does not take away what another one started meanwhile', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell('begun'); await pass('end'); done();`);
  const attempt = await givenDeadStarter(world, spec);
  // It reads the specification after it has looked at the claim: a pipe in that place holds it up.
  const pipe = join(attempt, 'spec.json');
  await rm(pipe);
  execFileSync('mkfifo', [pipe]);
  const heldUp = world.anotherLauncher().ensure(spec);
  const writer = await until(() => open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined));
  await rename(attempt, join(world.project, 'aside'));
  await world.launcher.ensure(spec);
  await until(async () => (await world.told()).at(0));
  await writer.write(JSON.stringify(spec));
  await writer.close();
  await heldUp;
  await world.open('end');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await world.told()).toEqual(['begun']);
});

test('a worker whose job was removed while it fetched the data leaves the next start of that job alone', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell('begun'); await pass('end'); done();`);
  const gate = Promise.withResolvers<void>();
  const fetching = Promise.withResolvers<void>();
  const getFile: ObjectStore['getFile'] = async (digest, path) => {
    fetching.resolve();
    await gate.promise;
    return world.objects.getFile(digest, path);
  };
  const slow = world.anotherLauncher({ objectStore: { ...world.objects, getFile } }).ensure(spec);
  await fetching.promise;
  await rm(join(await world.jobFolder(), 'attempts'), { recursive: true });
  await world.launcher.ensure(spec);
  const start = () => world.attemptFile<unknown>('start');
  const before = await start();
  gate.resolve();
  await expect(slow).rejects.toMatchObject({ code: 'Conflict' });
  expect(await start()).toEqual(before);
  await world.open('end');
  expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  expect(await world.told()).toEqual(['begun']);
});

test('a supervisor that comes up after its starter was taken for dead does not begin', async () => {
  const world = await givenJobs();
  const spec = await world.job('done();');
  const attempt = await givenDeadStarter(world, spec);
  const [claim] = (await readdir(attempt)).filter((name) => name.startsWith('claim,'));
  await expect(world.launcher.outcome(spec.name)).resolves.toMatchObject({ cause: 'killed' });
  const script = fileURLToPath(new URL('../../../libs/local/bin/job-supervisor.mjs', import.meta.url));
  execFileSync(process.execPath, [script], {
    cwd: attempt,
    input: JSON.stringify({ claim, secrets: {}, masked: [] }),
  });
  expect(await readdir(attempt)).not.toContain('supervisor.json');
});

test('a supervisor whose folder has been taken away ends with its trainer', async () => {
  const world = await givenJobs();
  const spec = await world.job(`tell('begun'); await pass('end'); done();`);
  await world.launcher.ensure(spec);
  await until(async () => (await world.told()).at(0));
  const supervisor = await world.attemptFile('supervisor');
  await rm(join(await world.jobFolder(), 'attempts'), { recursive: true });
  await world.open('end');
  await until(() => !isAlive(supervisor) || undefined, 10);
});

test('of a start that came to nothing no temporary folder stays', async () => {
  const world = await givenJobs();
  const spec = await world.job(`done();`);
  await givenDeadStarter(world, spec);
  await world.launcher.ensure(spec);
  await expect(stat(temporaryOf(world))).rejects.toThrow('ENOENT');
});
