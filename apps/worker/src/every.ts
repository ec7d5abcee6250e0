import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@laurel/telemetry';

/** A periodic task that can be stopped; `stopped` resolves after the pass in progress. */
export interface Loop {
  stop(): Promise<void>;
}

/** Runs `pass` again and again with `milliseconds` between a pass's start and the next. A failed pass is logged; the next one comes. */
export function every(
  milliseconds: number,
  task: { readonly name: string; readonly log: Logger; readonly pass: () => Promise<void> },
): Loop {
  const ended = new AbortController();
  const run = async () => {
    while (!ended.signal.aborted) {
      const started = Date.now();
      try {
        await task.pass();
      } catch (error) {
        task.log.error({ error }, `${task.name} failed; it goes on`);
      }
      const rest = Math.max(0, milliseconds - (Date.now() - started));
      await sleep(rest, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  };
  const stopped = run();
  return {
    stop: async () => {
      ended.abort();
      await stopped;
    },
  };
}
