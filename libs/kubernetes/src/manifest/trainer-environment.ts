import type { V1EnvVar } from '@kubernetes/client-node';
import { trainerProtocol } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';
import type { KubernetesSettings } from '../settings.js';
import { checkpointFolder, folders } from './volumes.js';

/**
 * The trainer protocol's environment as far as it is known before the pod runs; `laurel_trainer.pod` adds
 * `LAUREL_RESUME` and raises `LAUREL_FENCE` above what it finds on the checkpoint volume.
 */
export function trainerEnvironment(spec: JobSpec, settings: KubernetesSettings): V1EnvVar[] {
  const threads = String(Math.max(1, Math.floor(spec.resources.cpus)));
  return variables({
    PYTHONUNBUFFERED: '1',
    // Otherwise the order of a set of texts, and with it a model's bytes, would change from start to start.
    PYTHONHASHSEED: '0',
    // Without them numeric libraries start a thread for each core of the node.
    OMP_NUM_THREADS: threads,
    OPENBLAS_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    LAUREL_PROTOCOL: trainerProtocol,
    LAUREL_RUN_ID: spec.runId,
    LAUREL_DATA_DIR: folders.data,
    LAUREL_OUTPUT_DIR: folders.output,
    LAUREL_CHECKPOINT_DIR: checkpointFolder(spec),
    LAUREL_CHECKPOINT_EVERY: String(spec.checkpointEvery),
    LAUREL_PARAMS: literally(JSON.stringify(spec.parameters)),
    LAUREL_SEED: String(spec.seed),
    LAUREL_FENCE: String(spec.fence),
    LAUREL_OBJECT_STORE: settings.objectStore.url,
    ...(spec.data === null ? { LAUREL_RESULT: 'any' } : {}),
    ...mapped(spec.variables ?? {}, literally),
  });
}

/** The init step's environment: where the objects are and where they go. */
export function fetchEnvironment(settings: KubernetesSettings): V1EnvVar[] {
  return variables({
    LAUREL_OBJECT_STORE: settings.objectStore.url,
    LAUREL_DATA_DIR: folders.data,
    ...(settings.datasetClaim === null ? {} : { LAUREL_DATASET_CACHE: folders.datasets }),
  });
}

/** Kubernetes expands `$(NAME)` in values, commands and arguments; `$$` stands for a plain `$`. */
export function literally(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function mapped(
  values: { readonly [name: string]: string },
  change: (value: string) => string,
): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function variables(values: { readonly [name: string]: string }): V1EnvVar[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
