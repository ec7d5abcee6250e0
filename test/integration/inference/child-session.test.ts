import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Tensor } from '@laurel/domain';
import {
  type ChildSession,
  type ChildSessionOptions,
  openChildSession,
} from '../../../libs/inference/src/child/child-session.js';
import { openSession } from '../../../libs/inference/src/session.js';
import { buildDeep, buildMirror, buildRounds, everyType, rounds } from '../../support/child-graphs.js';
import { eventually } from '../../support/eventually.js';

const opened: ChildSession[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.release()));
});

async function open(model: Uint8Array, options: Partial<ChildSessionOptions> = {}): Promise<ChildSession> {
  const session = await openChildSession(model, {
    threads: 1,
    outputs: null,
    priority: 'normal',
    name: 'churn 3',
    ...options,
  });
  opened.push(session);
  return session;
}

function pidOf(session: ChildSession): number {
  const pid = session.pid();
  if (pid === undefined) throw new Error('there is no process');
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function bytesOf(tensor: Tensor | undefined): Uint8Array {
  const { buffer, byteOffset, byteLength } = (tensor?.data ?? new Float32Array()) as Float32Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const endless = 9_000_000_000_000_000_000n;
const about50Milliseconds = { width: 1024, layers: 16 };
const batchOf = (rows: number, width: number) => [
  {
    name: 'x',
    datatype: 'FP32' as const,
    shape: [rows, width],
    data: Float32Array.from({ length: rows * width }, (_, at) => at % 7),
  },
];

test('every element type comes back from the child as it does from the loop', async () => {
  const [child, loop] = await Promise.all([
    open(buildMirror()),
    openSession(buildMirror(), { threads: 1, outputs: null }),
  ]);
  expect(child.inputs).toEqual(loop.inputs);
  expect(child.outputs).toEqual(loop.outputs);
  const given = child.inputs.map(({ name }) => everyType.find((one) => one.name === name) ?? everyType[0]!);
  const answer = await child.run(given);
  expect(answer).toEqual(await loop.run(given));
  expect(answer.map(({ data }) => data)).toEqual(given.map(({ data }) => data));
  await loop.release();
});

test('numbers, shapes and wanted outputs are those of the loop, also for megabytes', async () => {
  const graph = buildDeep({ width: 512, layers: 2 });
  const child = await open(graph, { outputs: ['y'] });
  const loop = await openSession(graph, { threads: 1, outputs: ['y'] });
  for (const rows of [0, 1, 3, 64, 4_000]) {
    const batch = batchOf(rows, 512);
    const [[here], [there]] = [await loop.run(batch), await child.run(batch)];
    expect(there?.shape).toEqual(here?.shape);
    expect(Buffer.compare(bytesOf(there), bytesOf(here))).toBe(0);
  }
  await loop.release();
});

test('runs asked for at once are answered each with its own', async () => {
  const child = await open(buildRounds());
  const asked = Array.from({ length: 300 }, (_, index) => child.run(rounds(BigInt(index % 3), [index])));
  const answers = await Promise.all(asked);
  expect(answers.map(([y]) => y?.data[0])).toEqual(Array.from({ length: 300 }, (_, index) => index));
});

test('an input the graph refuses fails that run alone', async () => {
  const child = await open(buildDeep({ width: 4, layers: 1 }));
  const [good, bad, unknown] = [batchOf(1, 4), batchOf(1, 5), [{ ...batchOf(1, 4)[0]!, name: 'z' }]];
  const outcomes = await Promise.allSettled([child.run(good), child.run(bad), child.run(unknown), child.run(good)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({
    reason: { code: 'ModelOutputInvalid', message: expect.stringContaining('failed on this input') },
  });
});

test('a child that is killed fails its runs, is started again, and this process lives', async () => {
  const child = await open(buildRounds());
  const first = pidOf(child);
  const running = child.run(rounds(endless));
  const waiting = child.run(rounds(1n));
  setTimeout(() => process.kill(first, 'SIGKILL'), 50);
  const died = { code: 'ModelOutputInvalid', message: 'The process that runs churn 3 died (SIGKILL) during this run.' };
  await expect(running).rejects.toMatchObject(died);
  await expect(waiting).rejects.toMatchObject(died);
  await expect(child.run(rounds(1n))).rejects.toMatchObject({
    code: 'ModelNotReady',
    message: expect.stringContaining('died (SIGKILL)'),
  });
  await eventually(() => child.pid() !== undefined, 'a new process');
  expect(child.pid()).not.toBe(first);
  const [y] = await child.run(rounds(2n, [7]));
  expect(y?.data[0]).toBe(7);
});

test('pauses before new starts grow, so that a model that always dies costs little', async () => {
  const pauses: number[] = [];
  const log = {
    info: () => undefined,
    warn: (details: object) => void pauses.push((details as { retryInMilliseconds: number }).retryInMilliseconds),
  };
  const child = await open(buildRounds(), { log });
  for (let death = 0; death < 3; death++) {
    process.kill(pidOf(child), 'SIGKILL');
    await eventually(() => pauses.length === death + 1, 'the death');
    await eventually(() => child.pid() !== undefined, 'a new process');
  }
  expect(pauses).toEqual([100, 200, 400]);
});

test('a run that takes too long ends the child, and says so', async () => {
  const child = await open(buildRounds(), { longestRunMilliseconds: 200 });
  await expect(child.run(rounds(endless))).rejects.toMatchObject({
    code: 'ModelOutputInvalid',
    message: expect.stringContaining('a run took longer than 200 ms'),
  });
  await eventually(() => child.pid() !== undefined, 'a new process');
  expect(await child.run(rounds(1n))).toHaveLength(1);
});

test('a slow model leaves the event loop to others', async () => {
  const child = await open(buildDeep(about50Milliseconds));
  const batch = batchOf(64, 1024);
  await child.run(batch);
  const lags: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push(now - last - 2);
    last = now;
  }, 2);
  for (let run = 0; run < 8; run++) await child.run(batch);
  clearInterval(timer);
  const sorted = lags.toSorted((one, other) => one - other);
  expect(child.lastRunMilliseconds()).toBeGreaterThan(10);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(5);
});

test('a release waits for runs in flight and leaves no process', async () => {
  const child = await open(buildRounds());
  const pid = pidOf(child);
  const running = child.run(rounds(100_000n));
  const released = child.release();
  await expect(child.run(rounds(1n))).rejects.toMatchObject({ code: 'ModelNotReady' });
  await released;
  expect(await running).toHaveLength(1);
  expect(isAlive(pid)).toBe(false);
});

test('a release waits for an endless run no longer than it is told to', async () => {
  const child = await open(buildRounds(), { longestReleaseMilliseconds: 100 });
  const pid = pidOf(child);
  const running = expect(child.run(rounds(endless))).rejects.toMatchObject({ code: 'ModelOutputInvalid' });
  await child.release();
  await running;
  expect(isAlive(pid)).toBe(false);
});

test('a release while a dead child is about to start again leaves none', async () => {
  const child = await open(buildRounds());
  process.kill(pidOf(child), 'SIGKILL');
  await eventually(() => child.pid() === undefined, 'the death');
  await child.release();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(child.pid()).toBeUndefined();
});

test('a file that is no graph is refused as on the loop', async () => {
  await expect(open(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
    code: 'ModelUnsafe',
    message: expect.stringContaining('The model does not load'),
  });
});

test('the child has no environment, no files to write and, where asked for, a low priority', async () => {
  const child = await open(buildRounds(), { priority: 'low' });
  const pid = pidOf(child);
  expect(getPriority(pid)).toBe(10);
  if (process.platform !== 'linux') return;
  const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
  expect(fields.split(' ')[38]).toBe('5');
  expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toMatch(
    /^(PWD=[^\0]*\0|OLDPWD=[^\0]*\0|SHLVL=[^\0]*\0|_=[^\0]*\0)*$/,
  );
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
  expect(limits).toMatch(/Max file size +0 +0/);
  expect(limits).toMatch(/Max open files +64 +64/);
  expect(limits).toMatch(/Max core file size +0 +0/);
});

test('signals to the whole group do not reach the runs', async () => {
  const child = await open(buildRounds());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pidOf(child), signal);
  expect(await child.run(rounds(1n))).toHaveLength(1);
});

test('the end of the pipe is the end of the child', async () => {
  const script = fileURLToPath(new URL('../../../libs/inference/bin/session-child.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { env: {}, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  const exited = once(child, 'exit');
  child.stdio[3]?.destroy();
  expect(await exited).toEqual([0, null]);
});
