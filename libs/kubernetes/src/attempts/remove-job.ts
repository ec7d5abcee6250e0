import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { selectorOf } from '../names.js';
import { nameOf } from '../state/pods.js';

/** Beyond the grace, for nodes to say that their pods are gone. */
const patienceMilliseconds = 30_000;

/**
 * Deletes every attempt of a job with its pods, and waits until nothing of it is left. Trainers have their grace to
 * commit a checkpoint; pods of nodes that say nothing are then struck off. Checkpoints stay.
 */
export async function removeJob(cluster: Cluster, name: string, graceMilliseconds: number): Promise<void> {
  const selector = selectorOf(name);
  const until = performance.now() + graceMilliseconds + patienceMilliseconds;
  for (let forced = false; ; ) {
    const [jobs, pods] = await Promise.all([cluster.list('jobs', selector), cluster.list<V1Pod>('pods', selector)]);
    if (jobs.items.length === 0 && pods.items.length === 0) return;
    for (const { metadata } of jobs.items) {
      if (metadata?.deletionTimestamp === undefined) await cluster.deleteJob(metadata?.name ?? '');
    }
    if (!forced && performance.now() > until) {
      forced = true;
      for (const pod of pods.items) await cluster.forcePod(nameOf(pod));
    }
    await cluster.pause();
  }
}
