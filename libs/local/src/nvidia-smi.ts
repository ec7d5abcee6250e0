import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaurelError } from '@laurel/contracts';

const run = promisify(execFile);
const answerMilliseconds = 5_000;

/**
 * What NVIDIA's own tool says of each GPU of this machine, a row each, in the order of `fields`; none where there is no such
 * tool, or no driver under it. Error: `DependencyUnavailable` when it does not answer.
 */
export async function askNvidiaSmi(
  fields: readonly string[],
  program = 'nvidia-smi',
): Promise<readonly (readonly string[])[]> {
  try {
    const query = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'];
    const { stdout } = await run(program, query, { timeout: answerMilliseconds });
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => line.split(',').map((part) => part.trim()));
  } catch (cause) {
    if (!wasStopped(cause)) return [];
    const message = `nvidia-smi has not answered for ${answerMilliseconds / 1_000} s; the driver of this machine's GPUs is stuck.`;
    throw new LaurelError('DependencyUnavailable', message, { cause });
  }
}

function wasStopped(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'killed' in error && error.killed === true;
}
