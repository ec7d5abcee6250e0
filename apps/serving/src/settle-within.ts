import { setTimeout as pause } from 'node:timers/promises';

/** Waits for `work` to settle, at most `milliseconds`: a dependency that hangs may not keep a process from ending. */
export async function settleWithin(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const settled = work.catch(() => undefined);
  const timeUp = pause(milliseconds, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([settled, timeUp]);
  waiting.abort();
}
