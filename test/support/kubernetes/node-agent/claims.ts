import type { CoreV1Api, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { unlessGone } from './objects.js';

/** Gives a waiting claim a volume, a folder of this machine; the control plane binds the two. */
export async function provide(core: CoreV1Api, claim: V1PersistentVolumeClaim, folder: string): Promise<void> {
  const { name = '', namespace = '', uid = '' } = claim.metadata ?? {};
  if (claim.status?.phase !== 'Pending' || claim.spec?.volumeName !== undefined) return;
  const { accessModes = [], resources, storageClassName = '', volumeMode = 'Filesystem' } = claim.spec ?? {};
  const body = {
    metadata: { name: volumeName(claim) },
    spec: {
      accessModes,
      capacity: { storage: resources?.requests?.['storage'] ?? '1Gi' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      hostPath: { path: folder },
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName,
      volumeMode,
    },
  };
  await unlessGone(core.createPersistentVolume({ body }));
}

/** The claim is gone: its volume goes, its folder stays until the agent ends. */
export async function withdraw(core: CoreV1Api, claim: V1PersistentVolumeClaim): Promise<void> {
  await unlessGone(core.deletePersistentVolume({ name: volumeName(claim) }));
}

function volumeName(claim: V1PersistentVolumeClaim): string {
  return `claim-${claim.metadata?.uid ?? ''}`;
}
