import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster, WatchEvent } from '../../../libs/kubernetes/src/api/cluster.js';

/** Kind of the objects that a cluster shows by lists and watches. */
type Shown = 'jobs' | 'pods';

export interface ScriptedCluster extends Cluster {
  /** Patches of Jobs, oldest first. */
  readonly patches: readonly object[];
  /** How often each kind was listed. */
  readonly lists: Readonly<Record<Shown, number>>;
}

/** A cluster that shows what `of` says and takes note of what it is told; everything else it leaves open. */
export function scriptedCluster(of: {
  readonly jobs: () => readonly V1Job[];
  readonly pods: () => readonly V1Pod[];
  readonly log?: Cluster['log'];
  /** `closed`: every watch ends as soon as it has begun. */
  readonly watches?: 'closed' | 'open';
  readonly mask?: (line: string) => string;
}): ScriptedCluster {
  const patches: object[] = [];
  const lists = { jobs: 0, pods: 0 };
  const show = (kind: Shown) => (kind === 'jobs' ? of.jobs() : of.pods());
  return {
    patches,
    lists,
    list: async (kind) => {
      lists[kind] += 1;
      return { items: show(kind) as readonly never[], version: '1' };
    },
    watch: (_kind, _from, signal) => (of.watches === 'closed' ? nothing() : untilAborted(signal)),
    readJob: async (name) => of.jobs().find(({ metadata }) => metadata?.name === name),
    createJob: async (job) => job,
    readService: async () => undefined,
    createService: async () => undefined,
    patchJob: async (name, patch) => {
      patches.push(patch);
      return of.jobs().find(({ metadata }) => metadata?.name === name) ?? {};
    },
    deleteJob: async () => undefined,
    forcePod: async () => undefined,
    warning: async () => null,
    isNodeLost: async () => false,
    pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
    mask: of.mask ?? ((line) => line),
    log: of.log ?? nothing,
  };
}

async function* nothing(): AsyncIterable<never> {}

async function* untilAborted(signal: AbortSignal): AsyncIterable<WatchEvent> {
  yield* [];
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
