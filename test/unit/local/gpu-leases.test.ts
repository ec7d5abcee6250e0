import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeGpus } from '../../../libs/local/bin/gpu-leases.mjs';
import { identityOf } from '../../../libs/local/bin/process-identity.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laurel-leases-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const alive = identityOf(process.pid);
const other = { pid: process.ppid, start: identityOf(process.ppid).start };
const gone = { pid: 999_999, start: 'long ago' };
const gpus = ['GPU-a', 'GPU-b', 'GPU-c'];
const take = (count: number, holder = alive, shared = false) => takeGpus(folder, { gpus, count, shared, holder });

test('each GPU is given once while its holder lives, all that are asked for or none', () => {
  expect(take(2)).toEqual(['GPU-a', 'GPU-b']);
  expect(take(2, other)).toBeUndefined();
  expect(take(1, other)).toEqual(['GPU-c']);
  expect(take(1, other)).toBeUndefined();
});

test('what a job gave back because it was too little is free for the next', () => {
  expect(take(2)).toEqual(['GPU-a', 'GPU-b']);
  for (let time = 0; time < 5; time += 1) expect(take(3, other)).toBeUndefined();
  expect(take(1, other)).toEqual(['GPU-c']);
});

test('the GPUs of a holder that has ended are free, as often as that happens', () => {
  for (let time = 0; time < 5; time += 1) expect(take(3, gone)).toEqual(gpus);
  expect(take(3)).toEqual(gpus);
});

test('shared leases go together, and keep out one that wants a GPU alone, and the other way round', () => {
  expect(take(3, alive, true)).toEqual(gpus);
  expect(take(3, other, true)).toEqual(gpus);
  expect(take(1, other, false)).toBeUndefined();
  rmSync(folder, { recursive: true });
  expect(take(1, alive, false)).toEqual(['GPU-a']);
  expect(take(3, other, true)).toBeUndefined();
  expect(take(2, other, true)).toEqual(['GPU-b', 'GPU-c']);
});

test('of processes that take at once no two get the same GPU', async () => {
  const leases = new URL('../../../libs/local/bin/gpu-leases.mjs', import.meta.url).href;
  const identity = new URL('../../../libs/local/bin/process-identity.mjs', import.meta.url).href;
  const script = `
    import { takeGpus } from ${JSON.stringify(leases)};
    import { identityOf } from ${JSON.stringify(identity)};
    const holder = identityOf(process.pid);
    const gpus = ${JSON.stringify(gpus)};
    for (let time = 0; time < 200; time += 1) {
      const taken = takeGpus(${JSON.stringify(folder)}, { gpus, count: 1, shared: false, holder });
      if (taken !== undefined) { console.log(taken[0]); break; }
    }
    process.stdin.resume();
    process.stdin.on('end', () => process.exit());
    console.log('asked');
  `;
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const said = await Promise.all(
    children.map(async (child) => {
      let text = '';
      for await (const piece of child.stdout) {
        text += String(piece);
        if (text.includes('asked')) break;
      }
      return text;
    }),
  );
  const ends = children.map((child) => new Promise((resolve) => child.on('exit', resolve)));
  for (const child of children) child.stdin.end();
  await Promise.all(ends);
  const taken = said.flatMap((text) => text.split('\n').filter((line) => line.startsWith('GPU-')));
  expect(taken.toSorted()).toEqual(gpus);
});
