import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, openLockHolder } from '@laurel/postgres';
import type { Logger } from '@laurel/telemetry';
import { every, type Loop } from './every.js';

const retryMilliseconds = 1_000;

/** What is done again and again; `close` waits for what its passes have begun. */
interface Task {
  pass(): Promise<void>;
  close?(): Promise<void>;
}

/** A periodic task of the one process that is elected for it. */
export interface ElectedTask {
  readonly name: string;
  /** Between the start of a pass and the next. */
  readonly milliseconds: number;
  readonly make: () => Task;
}

/**
 * Runs each task in at most one process at a time: whoever holds its advisory lock. A process stands for all its tasks on
 * one connection to Postgres; when that or the process dies, others take over within a few seconds.
 */
export function standForElection(database: Database, tasks: readonly ElectedTask[], log: Logger): Loop {
  const ended = new AbortController();
  const stopped = (async () => {
    while (!ended.signal.aborted && tasks.length > 0) {
      await serveTerm(database, { tasks, log }, ended.signal).catch((error: unknown) =>
        log.warn({ error }, 'the worker cannot stand for election; it tries again'),
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

/** As long as one connection lasts: begins each task whose lock is free, and ends them all with it. */
async function serveTerm(
  database: Database,
  { tasks, log }: { readonly tasks: readonly ElectedTask[]; readonly log: Logger },
  ended: AbortSignal,
): Promise<void> {
  const holder = await openLockHolder(database);
  const over = new AbortController();
  const asked = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
  void Promise.race([holder.lost, asked]).then(() => over.abort());
  const reigns = new Map<ElectedTask, Loop>();
  try {
    while (!over.signal.aborted && !ended.aborted) {
      for (const task of tasks) {
        if (!reigns.has(task) && (await holder.take(task.name))) reigns.set(task, begin(task, log));
      }
      await sleep(retryMilliseconds, undefined, { signal: over.signal }).catch(() => undefined);
    }
  } finally {
    await Promise.all([...reigns.values()].map((reign) => reign.stop()));
    await holder.close();
  }
}

function begin({ name, milliseconds, make }: ElectedTask, log: Logger): Loop {
  const made = make();
  const loop = every(milliseconds, { name, log, pass: () => made.pass() });
  return {
    stop: async () => {
      await loop.stop();
      await made.close?.();
    },
  };
}
