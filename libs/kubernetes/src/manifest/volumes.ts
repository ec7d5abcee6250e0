import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';
import { jobKey } from '../names.js';
import type { KubernetesSettings } from '../settings.js';
import { byteQuantity } from './quantities.js';

/** Where a trainer's pod has its folders. */
export const folders = {
  data: '/laurel/data',
  datasets: '/laurel/datasets',
  output: '/laurel/output',
  checkpoints: '/laurel/checkpoints',
  sharedMemory: '/dev/shm',
} as const;

/** Folder of a run's checkpoints, the same for all its attempts. */
export function checkpointFolder({ name }: Pick<JobSpec, 'name'>): string {
  return `${folders.checkpoints}/${jobKey(name)}`;
}

export interface PodVolumes {
  readonly volumes: V1Volume[];
  /** Of the init step, which fills what the trainer only reads. */
  readonly fetch: V1VolumeMount[];
  readonly trainer: V1VolumeMount[];
}

/** The volumes of a worker's pod and where its two containers see them. */
export function podVolumes(spec: JobSpec, settings: KubernetesSettings): PodVolumes {
  const shared = sharedVolumes(settings);
  const memory = sharedMemory(spec.resources.sharedMemoryBytes);
  const cache = settings.datasetClaim === null ? [] : [claimVolume('datasets', settings.datasetClaim)];
  return {
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'output', emptyDir: { sizeLimit: byteQuantity(settings.outputBytes) } },
      claimVolume('checkpoints', settings.checkpointClaim),
      ...cache,
      ...memory.map(({ volume }) => volume),
      ...shared.map(({ volume }) => volume),
    ],
    fetch: [
      { name: 'data', mountPath: folders.data },
      ...cache.map(({ name }) => ({ name, mountPath: folders.datasets })),
      ...shared.filter(({ forFetch }) => forFetch).map(({ mount }) => mount),
    ],
    trainer: [
      { name: 'data', mountPath: folders.data, readOnly: true },
      { name: 'output', mountPath: folders.output },
      { name: 'checkpoints', mountPath: folders.checkpoints },
      ...memory.map(({ mount }) => mount),
      ...shared.map(({ mount }) => mount),
    ],
  };
}

/** Volumes outside of the pod that hold more than this job: the object store's folder and the projects'. */
function sharedVolumes({ objectStore, projects }: KubernetesSettings) {
  const found: { readonly volume: V1Volume; readonly mount: V1VolumeMount; readonly forFetch: boolean }[] = [];
  if (objectStore.claim !== null) {
    const mountPath = folderOf(objectStore.url);
    const volume = claimVolume('objects', objectStore.claim);
    found.push({ volume, mount: { name: volume.name, mountPath }, forFetch: true });
  }
  if (projects !== null && projects.claim !== null) {
    const volume = claimVolume('projects', projects.claim);
    const mount = { name: volume.name, mountPath: projects.mountPath, readOnly: true };
    found.push({ volume, mount, forFetch: false });
  }
  return found;
}

/** A trainer with loader processes shares its batches there; 64 MiB, the usual, is soon too little. */
function sharedMemory(bytes: number | null) {
  if (bytes === null) return [];
  const volume: V1Volume = { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: byteQuantity(bytes) } };
  return [{ volume, mount: { name: volume.name, mountPath: folders.sharedMemory } }];
}

function claimVolume(name: string, claimName: string): V1Volume {
  return { name, persistentVolumeClaim: { claimName } };
}

function folderOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'file:') return decodeURIComponent(parsed.pathname);
  throw new LaurelError(
    'InvalidInput',
    `objectStore.claim is mounted at the folder of a file:/// store, and ${url} is none; leave the claim out.`,
  );
}
