import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaurelError } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';
import type { AttemptStart } from './job-files.js';
import type { Gpu, StartOptions } from './start-options.js';

const run = promisify(execFile);
const answerMilliseconds = 5_000;

/**
 * The GPUs of this machine as NVIDIA's own tool lists them; none where there is no such tool, or no driver under it. Error:
 * `DependencyUnavailable` when it does not answer.
 */
export async function listGpus(program = 'nvidia-smi'): Promise<readonly Gpu[]> {
  try {
    const query = ['--query-gpu=uuid,name', '--format=csv,noheader'];
    const { stdout } = await run(program, query, { timeout: answerMilliseconds });
    return stdout
      .split('\n')
      .map((line) => line.split(', '))
      .flatMap(([id, kind]) => (id?.startsWith('GPU-') && kind !== undefined ? [{ id, kind }] : []));
  } catch (cause) {
    if (!wasStopped(cause)) return [];
    const message = `nvidia-smi has not answered for ${answerMilliseconds / 1_000} s; the driver of this machine's GPUs is stuck.`;
    throw new LaurelError('DependencyUnavailable', message, { cause });
  }
}

function wasStopped(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'killed' in error && error.killed === true;
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
