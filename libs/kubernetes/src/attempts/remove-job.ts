import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import type { Cluster } from '../api/cluster.js';
import { selectorOf } from '../names.js';
import { nameOf } from '../state/pods.js';

/** Beyond the grace, for nodes to say that their pods are gone. */
const patienceMilliseconds = 30_000;

/** After pods were struck off, for the cluster to take notice. */
const forcedMilliseconds = 30_000;

/**
 * Deletes every attempt of a job with its pods, and waits until nothing of it is left. Trainers have their grace to
 * commit a checkpoint; pods of nodes that say nothing are then struck off. Checkpoints stay. Error:
 * `DependencyUnavailable` for what stays all the same, held by somebody's finalizer.
 */
export async function removeJob(cluster: Cluster, name: string, graceMilliseconds: number): Promise<void> {
  const selector = selectorOf(name);
  const patient = performance.now() + graceMilliseconds + patienceMilliseconds;
  for (let forced = false; ; ) {
    const [jobs, pods] = await Promise.all([
      cluster.list<V1Job>('jobs', selector),
      cluster.list<V1Pod>('pods', selector),
    ]);
    if (jobs.items.length === 0 && pods.items.length === 0) return;
    for (const { metadata } of jobs.items) {
      if (metadata?.deletionTimestamp === undefined) await cluster.deleteJob(metadata?.name ?? '');
    }
    const now = performance.now();
    if (now > patient + forcedMilliseconds) throw stuck(name, [...jobs.items, ...pods.items]);
    if (!forced && now > patient) {
      forced = true;
      for (const pod of pods.items) await cluster.forcePod(nameOf(pod));
    }
    await cluster.pause();
  }
}

function stuck(name: string, left: readonly (V1Job | V1Pod)[]): LaurelError {
  const names = left.map(({ metadata }) => metadata?.name ?? '').join(', ');
  return new LaurelError(
    'DependencyUnavailable',
    `of job ${name} the cluster does not let go of ${names}; see their finalizers with kubectl get -o yaml.`,
  );
}
