import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeGpus } from '../../../libs/local/bin/gpu-leases.mjs';
import { identityOf, type ProcessIdentity } from '../../../libs/local/bin/process-identity.mjs';
import { givenJobs } from './given-jobs.js';

const alive = identityOf(process.pid);
const gone = { pid: 999_999, start: 'long ago' };

const leases = async () => join((await givenJobs()).jobs, '.gpus');

/** Takes a GPU alone for one holder after the other, in a process of its own. */
function takenElsewhere(folder: string, holders: readonly ProcessIdentity[]): void {
  const code = new URL('../../../libs/local/bin/gpu-leases.mjs', import.meta.url).href;
  const script = `
    import { takeGpus } from ${JSON.stringify(code)};
    for (const holder of ${JSON.stringify(holders)})
      if (takeGpus(${JSON.stringify(folder)}, { gpus: ['GPU-a'], count: 1, shared: false, holder }) === undefined) process.exit(1);
  `;
  execFileSync(process.execPath, ['--input-type=module', '-e', script]);
}

test('a process that was held up between its look and its lease does not get a GPU that went through other hands', async () => {
  const folder = await leases();
  // A holder is turned into text between the two.
  const heldUp = {
    ...alive,
    toJSON: () => {
      takenElsewhere(folder, [gone, gone, alive]);
      return alive;
    },
  };
  expect(takeGpus(folder, { gpus: ['GPU-a'], count: 1, shared: false, holder: heldUp })).toBeUndefined();
});

test('jobs that share are spread over the GPUs there are', async () => {
  const folder = await leases();
  const share = () => takeGpus(folder, { gpus: ['GPU-a', 'GPU-b'], count: 1, shared: true, holder: alive })?.[0];
  expect([share(), share(), share()]).toEqual(['GPU-a', 'GPU-b', 'GPU-a']);
});

test('leases of jobs that shared a GPU and have ended do not pile up', async () => {
  const folder = await leases();
  for (let pid = 900_000; pid < 900_020; pid += 1)
    takeGpus(folder, { gpus: ['GPU-a'], count: 1, shared: true, holder: { pid, start: 'long ago' } });
  expect(readdirSync(folder).length).toBeLessThan(3);
});
