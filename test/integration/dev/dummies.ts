import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildSpec } from '@laurel/dev';

const idle = 'setInterval(() => {}, 1000);';

/** A small Node program as a child: says that it is ready, then idles, or runs `program` instead. */
export function dummy(
  name: string,
  program = `process.send({ laurel: 'ready' }); ${idle}`,
  more: Partial<ChildSpec> = {},
): ChildSpec {
  return {
    name,
    command: [process.execPath, '-e', program],
    environment: { PATH: process.env['PATH'] },
    workingDirectory: tmpdir(),
    readiness: { kind: 'message' },
    readyMilliseconds: 10_000,
    stopSignal: 'SIGTERM',
    graceMilliseconds: 2_000,
    ...more,
  };
}

/** Ready, and deaf to SIGTERM. */
export const stubborn = (name: string): ChildSpec =>
  dummy(name, `process.on('SIGTERM', () => {}); process.send({ laurel: 'ready' }); ${idle}`, {
    graceMilliseconds: 200,
  });

/** Runs `use` with a fresh LAUREL_HOME that a server of another user may enter. */
export async function withHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'laurel-home-')));
  await chmod(home, 0o711);
  try {
    await use(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Waits until `what` holds. */
export async function eventually(what: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  const until = performance.now() + milliseconds;
  while (!(await what())) {
    if (performance.now() > until) throw new Error(`did not happen within ${milliseconds} ms: ${what.toString()}`);
    await delay(20);
  }
}

export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
