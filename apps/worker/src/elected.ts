import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, holdAdvisoryLock } from '@laurel/postgres';
import type { Logger } from '@laurel/telemetry';
import { every, type Loop } from './every.js';

const retryMilliseconds = 1_000;

/** What is done again and again; `close` waits for what its passes have begun. */
export interface Task {
  pass(): Promise<void>;
  close?(): Promise<void>;
}

/**
 * Runs a periodic task in at most one process at a time: whoever holds the advisory lock. When the holder dies,
 * another takes over within a few seconds.
 */
export function whenElected(
  database: Database,
  task: {
    readonly name: string;
    readonly milliseconds: number;
    readonly log: Logger;
    readonly make: () => Task;
  },
): Loop {
  const ended = new AbortController();
  const stopped = (async () => {
    while (!ended.signal.aborted) {
      await reign(database, task, ended.signal).catch((error: unknown) =>
        task.log.warn({ error }, `${task.name} cannot stand for election; it tries again`),
      );
      await sleep(retryMilliseconds, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      ended.abort();
      await stopped;
    },
  };
}

async function reign(
  database: Database,
  task: {
    readonly name: string;
    readonly milliseconds: number;
    readonly log: Logger;
    readonly make: () => Task;
  },
  ended: AbortSignal,
): Promise<void> {
  const lock = await holdAdvisoryLock(database, task.name);
  if (lock === undefined) return;
  const made = task.make();
  const loop = every(task.milliseconds, { name: task.name, log: task.log, pass: () => made.pass() });
  const asked = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([lock.lost, asked]);
  await loop.stop();
  await made.close?.();
  await lock.release();
}
