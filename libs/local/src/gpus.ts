import type { JobSpec } from '@laurel/domain';
import type { AttemptStart } from './job-files.js';
import { askNvidiaSmi } from './nvidia-smi.js';
import type { Gpu, StartOptions } from './start-options.js';

/** The GPUs of this machine, by the names that CUDA takes. Error: `DependencyUnavailable` when `nvidia-smi` does not answer. */
export async function listGpus(program?: string): Promise<readonly Gpu[]> {
  const rows = await askNvidiaSmi(['uuid', 'name'], program);
  return rows.flatMap(([id, kind]) => (id?.startsWith('GPU-') && kind !== undefined ? [{ id, kind }] : []));
}

/** What a job may choose from, and how many it takes: `gpu.count` for each of its workers. */
export async function gpusFor(spec: JobSpec, { folder, list }: StartOptions['gpus']): Promise<AttemptStart['gpus']> {
  const { count, kind, shared } = spec.resources.gpu;
  const known = count === 0 ? [] : await list();
  const ids = known.filter((gpu) => kind === null || isOfKind(gpu, kind)).map(({ id }) => id);
  return { folder, ids, count: count * spec.workers, shared };
}

/** Kinds are spelled as the label `nvidia.com/gpu.product` spells them: with dashes. */
function isOfKind(gpu: Gpu, kind: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_-]+/g, '-');
  return plain(gpu.kind).includes(plain(kind));
}
