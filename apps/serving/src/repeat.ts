import { setTimeout as sleep } from 'node:timers/promises';

/** Work that is done again and again until it is stopped. */
export interface Repetition {
  /** Does the work once more, from its beginning; calls that wait for the same beginning share it. */
  again(): Promise<void>;
  /** Stops after the work in progress, if any. */
  stop(): Promise<void>;
}

/** Between two beginnings, however often the work is asked for. */
const restMilliseconds = 50;

/** Does `work` now and then every `milliseconds`, never twice at the same time. `work` must not reject. */
export function repeat(milliseconds: number, work: () => Promise<void>): Repetition {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  let begunAt = Number.NEGATIVE_INFINITY;
  let busy = false;
  let stopped = false;
  const once = () => {
    if (busy || stopped) return;
    busy = true;
    begunAt = performance.now();
    running = work().finally(() => {
      busy = false;
    });
  };
  const onceMore = async () => {
    await running;
    await sleep(Math.max(0, begunAt + restMilliseconds - performance.now()));
    next = null;
    once();
    await running;
  };
  const timer = setInterval(once, milliseconds);
  once();
  return {
    again: () => {
      next ??= onceMore();
      return next;
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
