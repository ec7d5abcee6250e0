import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { annotations, labels, selectorOf } from '../names.js';
import { hasFailed, hasSucceeded } from '../state/attempt-end.js';
import { isActive } from '../state/pods.js';

/** The Jobs of all attempts of a job that are there, oldest first. */
export async function attemptsOf(cluster: Cluster, name: string): Promise<readonly V1Job[]> {
  const { items } = await cluster.list<V1Job>('jobs', selectorOf(name));
  return items
    .filter((job) => job.metadata?.annotations?.[annotations.name] === name)
    .toSorted((a, b) => numberOf(a) - numberOf(b));
}

/** Number of the attempt that a Job is. */
export function numberOf(job: V1Job): number {
  return Number(job.metadata?.labels?.[labels.attempt] ?? 0);
}

/** The newest attempt; not one that is being removed. */
export function newestOf(attempts: readonly V1Job[]): V1Job | undefined {
  return attempts.findLast((job) => job.metadata?.deletionTimestamp === undefined);
}

/** Whether a Job has not ended in the eyes of its controller, and is not being removed. */
export function isLive(job: V1Job): boolean {
  return !hasFailed(job) && !hasSucceeded(job) && job.metadata?.deletionTimestamp === undefined;
}

/** Pods of a job's attempts of which something may still run. */
export async function activePods(cluster: Cluster, selector: string): Promise<readonly V1Pod[]> {
  const { items } = await cluster.list<V1Pod>('pods', selector);
  return items.filter(isActive);
}
