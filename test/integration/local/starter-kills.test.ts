import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JobSpec } from '@laurel/domain';
import { givenJobs, type JobWorld } from './given-jobs.js';

const built = (path: string) => fileURLToPath(new URL(`../../../libs/${path}/dist/index.js`, import.meta.url));
const needed = [built('local'), built('objectstore')];

/** A worker of its own process that starts the job; `npm test` has compiled what it runs. */
function starter(world: JobWorld, spec: JobSpec) {
  const script = `
    import { createProcessJobLauncher } from ${JSON.stringify(built('local'))};
    import { createDirectoryStore } from ${JSON.stringify(built('objectstore'))};
    const log = { info() {}, warn() {} };
    const objectStore = createDirectoryStore({ root: ${JSON.stringify(`${world.project}/objects`)} });
    const folder = ${JSON.stringify(world.jobs)};
    const launcher = createProcessJobLauncher({ folder, objectStore, python: null, log, timeScale: 0.05 });
    console.log('begun');
    await launcher.ensure(${JSON.stringify(spec)});
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

const whereBuilt = needed.every((path) => existsSync(path)) ? test : test.skip;

whereBuilt('a starter killed at any moment leaves an attempt that starts once', async () => {
  const world = await givenJobs();
  const begin = `tell('attempt ' + env.LAUREL_SEED); done();`;
  for (let round = 0; round < 12; round += 1) {
    const spec = await world.job(begin, { name: `job-${round}`, seed: round });
    const child = starter(world, spec);
    const gone = once(child, 'exit');
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, round * 12));
    child.kill('SIGKILL');
    await gone;
    await Promise.all([world.launcher.ensure(spec), world.anotherLauncher().ensure(spec)]);
    expect(await world.launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  }
  const told = await world.told();
  expect(told.toSorted()).toEqual(Array.from({ length: 12 }, (_, round) => `attempt ${round}`).toSorted());
});
