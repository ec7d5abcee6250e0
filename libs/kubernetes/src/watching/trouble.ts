import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { isSuspended } from '../state/attempt-end.js';

/** What the cluster says against a Job whose pods it does not make: a quota, a policy, a missing account. */
export interface TroubleReader {
  /** The newest warning that is known; asks for the next one meanwhile. */
  of(job: V1Job, pods: readonly V1Pod[]): string | null;
}

const everyMilliseconds = 3_000;

export function createTroubleReader(cluster: Cluster): TroubleReader {
  let known: string | null = null;
  let next = performance.now() + everyMilliseconds;
  const ask = async (uid: string) => {
    try {
      known = await cluster.warning(uid);
    } catch {
      // Events are a courtesy: without the right to read them the wait has no reason but its own.
    }
  };
  return {
    of: (job, pods) => {
      const uid = job.metadata?.uid;
      const complete = pods.length >= (job.spec?.parallelism ?? 1);
      if (complete || uid === undefined || isSuspended(job)) return null;
      if (performance.now() >= next) {
        next = performance.now() + everyMilliseconds;
        void ask(uid);
      }
      return known;
    },
  };
}
