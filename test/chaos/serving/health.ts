import { setTimeout as pause } from 'node:timers/promises';
import { ask, type Target } from '../../bench/serving/http-connection.js';

const everyMilliseconds = 200;
const patienceMilliseconds = 1_000;
const paths = ['/healthz', '/readyz', '/v2/health/ready'];

/** What came of asking a process how it is. */
export interface HealthSeen {
  /** Questions that were not answered with 200 within a second. */
  readonly failed: number;
  readonly asked: number;
  /** Milliseconds. */
  readonly slowest: number;
}

/** Asks the health endpoints in turn, each time on a new connection. */
export function watchHealth(target: Target): { stop(): Promise<HealthSeen> } {
  const stopping = new AbortController();
  const watching = watch(target, stopping.signal);
  return {
    stop: () => {
      stopping.abort();
      return watching;
    },
  };
}

async function watch(target: Target, stopping: AbortSignal): Promise<HealthSeen> {
  let [failed, asked, slowest] = [0, 0, 0];
  while (!stopping.aborted) {
    const path = paths[asked % paths.length] ?? '/healthz';
    const startedAt = performance.now();
    const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    const status = await Promise.race([
      ask(target, request).then((answer) => answer.status),
      pause(patienceMilliseconds, 0),
    ]);
    asked += 1;
    if (status !== 200) failed += 1;
    slowest = Math.max(slowest, performance.now() - startedAt);
    await pause(everyMilliseconds);
  }
  return { failed, asked, slowest };
}
