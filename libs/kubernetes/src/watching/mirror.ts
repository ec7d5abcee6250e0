import { setTimeout as delay } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { readFailure, translated } from '../api/api-failures.js';
import type { Cluster, WatchEvent, Watched } from '../api/cluster.js';
import { delayBefore } from '../api/retry.js';
import { createShelf, type Shelf } from './shelf.js';

/** A copy of an attempt's Job and pods that follows the cluster. */
export interface Mirror {
  readonly job: () => V1Job | undefined;
  readonly pods: () => readonly V1Pod[];
  /** Pods as they were last seen before they went. */
  readonly gone: () => readonly V1Pod[];
  /** Fulfilled when both kinds have been listed once; fails when following had to be given up. */
  readonly ready: Promise<unknown>;
  /** Throws what made following impossible. */
  check(): void;
}

interface Following {
  readonly cluster: Cluster;
  readonly selector: string;
  readonly signal: AbortSignal;
  /** Told of every change. */
  readonly onChange: () => void;
}

/** A server ends a watch after the minute that it was asked for; one that ends sooner than this is not asked again at once. */
const shortMilliseconds = 1_000;

/** Lists, then watches from the list's version; lists again whenever the watch cannot go on (410 among others). */
export function mirrorAttempt(following: Following): Mirror {
  const jobs = createShelf<V1Job>();
  const pods = createShelf<V1Pod>();
  let broken: unknown;
  const keep = async (kind: Watched, shelf: Shelf<V1Job | V1Pod>, onListed: () => void) => {
    try {
      await follow(following, { kind, shelf, onListed });
    } catch (error) {
      if (following.signal.aborted) return;
      broken = error;
      following.onChange();
      throw error;
    }
  };
  const listed = (kind: Watched, shelf: Shelf<V1Job | V1Pod>) =>
    new Promise<void>((resolve, reject) => {
      // Also when it was given up before the first list: nobody waits for that then.
      keep(kind, shelf, resolve).then(resolve, reject);
    });
  const ready = Promise.all([listed('jobs', jobs), listed('pods', pods)]);
  ready.catch(() => undefined);
  return {
    job: () => jobs.present()[0],
    pods: pods.present,
    gone: pods.gone,
    ready,
    check: () => {
      if (broken !== undefined) throw broken;
    },
  };
}

async function follow(
  { cluster, selector, signal, onChange }: Following,
  to: { readonly kind: Watched; readonly shelf: Shelf<V1Job | V1Pod>; readonly onListed: () => void },
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const { items, version } = await cluster.list(to.kind, selector, signal);
    to.shelf.replace(items);
    to.onListed();
    onChange();
    let from = version;
    try {
      for (;;) {
        const opened = performance.now();
        for await (const event of cluster.watch(to.kind, { selector, version: from }, signal)) {
          from = takeEvent(to.shelf, event) ?? from;
          failures = 0;
          onChange();
        }
        if (performance.now() - opened < shortMilliseconds) throw new Error('the watch was closed at once');
      }
    } catch (error) {
      if (signal.aborted) return;
      await pauseAfter(error, { kind: to.kind, failures, signal });
      failures += 1;
    }
  }
}

/** The version to go on from. Throws what an error event says. */
function takeEvent(shelf: Shelf<V1Job | V1Pod>, event: WatchEvent): string | undefined {
  if (event.type === 'ERROR') {
    const { code = 500, message = 'the watch ended' } = event.object;
    throw Object.assign(new Error(message), { code, body: event.object });
  }
  if (event.type !== 'BOOKMARK') shelf.take(event.type, event.object);
  return event.object.metadata?.resourceVersion;
}

/** Nothing waits after 410: the version is only too old. What the API server refuses for good is thrown. */
async function pauseAfter(
  trouble: unknown,
  of: { readonly kind: Watched; readonly failures: number; readonly signal: AbortSignal },
): Promise<void> {
  const failure = readFailure(trouble);
  const gone = failure.status === 410;
  if (!gone && !failure.transient) throw translated(failure, `watch ${of.kind}`, trouble);
  if (gone && of.failures === 0) return;
  await delay(delayBefore(of.failures, failure), undefined, { signal: of.signal }).catch(() => undefined);
}
