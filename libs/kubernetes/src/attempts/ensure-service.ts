import type { V1Job, V1Service } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import { isConflict } from '../api/api-failures.js';
import type { Cluster } from '../api/cluster.js';
import { plain } from '../manifest/plain.js';

/** For the garbage collector to take away what the Job of an earlier start of the same attempt has left. */
const collectionMilliseconds = 30_000;

/**
 * Makes the Service that gives the ranks of a Job their names; it goes with the Job that owns it. One of an earlier Job of
 * the same name is about to go with that Job, so it is waited for. Ranks look for their names until they are there.
 */
export async function ensureService(cluster: Cluster, service: V1Service, job: V1Job): Promise<void> {
  const { name = '', uid = '' } = job.metadata ?? {};
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }];
  const owned = { ...plain(service), metadata: { ...plain(service.metadata ?? {}), ownerReferences } };
  const until = performance.now() + collectionMilliseconds;
  for (;;) {
    try {
      await cluster.createService(owned);
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
    const owners = (await cluster.readService(name))?.metadata?.ownerReferences ?? [];
    if (owners.some((owner) => owner.uid === uid)) return;
    if (performance.now() > until) throw inTheWay(job);
    await cluster.pause();
  }
}

function inTheWay({ metadata }: V1Job): LaurelError {
  return new LaurelError(
    'DependencyUnavailable',
    `Service ${metadata?.name ?? ''} of namespace ${metadata?.namespace ?? ''} is not of the Job of that name and does not go; remove it.`,
  );
}
