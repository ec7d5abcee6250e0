import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { isSuspended } from '../state/attempt-end.js';
import { isComplete, type MissingPods } from '../state/waiting.js';

/** Notices that the cluster does not make a Job's pods, and what it has against them: a quota, a policy, an account. */
export interface PodCensus {
  /** `null` while there is a pod for each worker or none is due. Asks for the next warning meanwhile. */
  missing(job: V1Job, pods: readonly V1Pod[], now: number): MissingPods | null;
}

const everyMilliseconds = 3_000;

export function createPodCensus(cluster: Cluster, signal: AbortSignal): PodCensus {
  let found: MissingPods | null = null;
  let next = 0;
  let isAsking = false;
  const ask = async (uid: string) => {
    isAsking = true;
    try {
      const trouble = await cluster.warning(uid, signal);
      if (found !== null) found = { ...found, trouble };
    } catch {
      // Events are a courtesy: without the right to read them the wait has no reason but its own.
    } finally {
      isAsking = false;
    }
  };
  return {
    missing: (job, pods, now) => {
      if (isSuspended(job) || isComplete(job, pods)) {
        found = null;
        return null;
      }
      if (found === null) {
        found = { since: now, trouble: null };
        next = now + everyMilliseconds;
      }
      const uid = job.metadata?.uid;
      if (uid !== undefined && !isAsking && now >= next) {
        next = now + everyMilliseconds;
        void ask(uid);
      }
      return found;
    },
  };
}
