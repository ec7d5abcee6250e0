import type { V1Job } from '@kubernetes/client-node';
import type { JobSpec } from '@laurel/domain';
import { isNotFound } from '../api/api-failures.js';
import type { Cluster } from '../api/cluster.js';
import { annotations, labels, selectorOf } from '../names.js';
import type { KubernetesSettings } from '../settings.js';
import { isSuspended } from '../state/attempt-end.js';
import { writeOutcome } from '../watching/write-outcome.js';
import { activePods, isLive, numberOf } from './list-attempts.js';

/** Ended attempts that stay with their logs; older ones are removed. */
const mostKept = 3;
/** Beyond the grace: a node that is lost does not say that its pods are gone, and fences keep what it still writes apart. */
const patienceMilliseconds = 15_000;

/**
 * Ends what still runs of a run's former attempts, and waits until their pods are gone: two trainers never share a
 * checkpoint folder. Returns the newest checkpoint that any of them is known to have committed.
 */
export async function endFormerAttempts(
  spec: JobSpec,
  {
    cluster,
    settings,
    attempts,
  }: {
    readonly cluster: Cluster;
    readonly settings: KubernetesSettings;
    readonly attempts: readonly V1Job[];
  },
): Promise<number | null> {
  const former = attempts.filter((job) => numberOf(job) < spec.attempt);
  for (const job of former.filter(isLive)) await supersede(cluster, job, spec.attempt);
  if (former.length > 0) {
    const selector = `${selectorOf(spec.name)},${labels.attempt}!=${spec.attempt}`;
    const until = performance.now() + settings.graceSeconds * 1_000 + patienceMilliseconds;
    while (performance.now() < until && (await activePods(cluster, selector)).length > 0) await cluster.pause();
  }
  for (const job of former.slice(0, -mostKept)) await cluster.deleteJob(job.metadata?.name ?? '');
  const steps = former.map((job) => Number(job.metadata?.annotations?.[annotations.checkpoint] ?? -1));
  const newest = Math.max(-1, ...steps);
  return newest < 0 ? null : newest;
}

async function supersede(cluster: Cluster, job: V1Job, by: number): Promise<void> {
  // A suspended Job has no pods to stop, and its deadline does not run: it would begin whenever its queue had room.
  if (isSuspended(job)) return cluster.deleteJob(job.metadata?.name ?? '');
  const message = `attempt ${by} was started in the place of this one.`;
  try {
    await writeOutcome(cluster, job, {
      outcome: () => ({ kind: 'ended', cause: 'disrupted', exitCode: null, message }),
      checkpointStep: null,
      replace: false,
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
