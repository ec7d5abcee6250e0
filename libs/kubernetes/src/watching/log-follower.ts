import { setTimeout as delay } from 'node:timers/promises';
import { readFailure } from '../api/api-failures.js';
import type { Cluster } from '../api/cluster.js';
import { createLineFilter } from '../api/log-lines.js';
import { delayBefore } from '../api/retry.js';

/** Follows one container's log across disconnects, each line once. */
export interface LogFollower {
  /** Lines since the last call. */
  take(): readonly string[];
  /** Whether every line has been read and the container has ended. */
  finished(): boolean;
}

interface Source {
  readonly cluster: Cluster;
  readonly pod: string;
  readonly container: string;
  /** Whether the container has ended, so that its log can no longer grow. */
  readonly hasEnded: () => boolean;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** After this many failures in a row of an ended container's log, what was read is all there is. */
const mostFailures = 4;
/** After a stream that ended well: the container has ended, or something on the way closes silent connections. */
const firstPause = 100;
const longestPause = 1_000;

export function followLog(source: Source): LogFollower {
  let lines: string[] = [];
  let finished = false;
  const push = (line: string) => {
    lines.push(line);
    source.onChange();
  };
  const readAll = async () => {
    try {
      await read(source, push);
    } finally {
      finished = true;
      source.onChange();
    }
  };
  readAll().catch(() => undefined);
  return {
    take: () => {
      const taken = lines;
      lines = [];
      return taken;
    },
    finished: () => finished,
  };
}

async function read(source: Source, push: (line: string) => void): Promise<void> {
  const { cluster, pod, container, signal } = source;
  const filter = createLineFilter();
  let failures = 0;
  let silences = 0;
  while (!signal.aborted) {
    const ended = source.hasEnded();
    silences += 1;
    try {
      const request = { pod, container, follow: !ended, sinceTime: filter.resume() };
      for await (const raw of cluster.log(request, signal)) {
        const line = filter.accept(raw);
        if (line === undefined) continue;
        silences = 0;
        push(line);
      }
      failures = 0;
      if (ended) return;
      await delay(Math.min(longestPause, firstPause * 2 ** silences), undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const failure = readFailure(error);
      if (ended && (failure.status === 404 || failures >= mostFailures)) return;
      await delay(delayBefore(failures, failure), undefined, { signal }).catch(() => undefined);
    }
  }
}
