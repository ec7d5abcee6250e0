import type { TrainingSpec } from '../project/project-spec.js';
import type { JobResources } from './job.js';

const unitBytes = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
const form = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)?$/;

/** What each worker of a training needs, with the usual values where the project says nothing. */
export function resourcesOf({ resources }: Pick<TrainingSpec, 'resources'>): JobResources {
  const sharedMemory = resources?.sharedMemory ?? null;
  return {
    cpus: resources?.cpu ?? 1,
    memoryBytes: memoryBytes(resources?.memory ?? '2Gi'),
    gpu: resources?.gpu ?? { count: 0, kind: null, shared: false },
    sharedMemoryBytes: sharedMemory === null ? null : memoryBytes(sharedMemory),
  };
}

/** Bytes in a size such as `512Mi`. The text comes from a validated project file; anything else is a bug and throws. */
export function memoryBytes(text: string): number {
  const match = form.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a size such as 512Mi or 2Gi`);
  const unit = (match[2] ?? '') as keyof typeof unitBytes;
  return Math.round(Number(match[1]) * unitBytes[unit]);
}
