import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { trainerFiles } from '@laurel/contracts';
import { canonicalJson, type Machine, type RanOn } from '@laurel/domain';
import { type AttemptFiles, readStart } from './job-files.js';

const run = promisify(execFile);
const nvidiaMilliseconds = 5_000;
const mebibyte = 2 ** 20;

/** Variables of a trainer's environment on which the order of its additions may depend. */
const deciding = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'PYTHONHASHSEED',
  'CUBLAS_WORKSPACE_CONFIG',
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_TF32_OVERRIDE',
] as const;

/** Writes into an attempt's output where it ran and with which settings, over anything the trainer wrote there. */
export async function describeMachine(attempt: AttemptFiles): Promise<void> {
  const start = await readStart(attempt);
  if (start === undefined) return;
  await writeFile(join(attempt.output, trainerFiles.ranOn), canonicalJson(await ranHere(start.environment)));
}

async function ranHere(environment: { readonly [name: string]: string }): Promise<RanOn> {
  const settings = deciding.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { machine: await thisMachine(), settings: Object.fromEntries(settings) };
}

async function thisMachine(): Promise<Machine> {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    architecture: arch(),
    system: `${platform()} ${release()}`,
    gpus: await gpus(),
  };
}

/** What `nvidia-smi` lists; none where it is missing or does not answer. */
async function gpus(): Promise<Machine['gpus']> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await run('nvidia-smi', query, { timeout: nvidiaMilliseconds });
    return stdout.split('\n').flatMap((line) => {
      const [model, mebibytes, driver] = line.split(',').map((part) => part.trim());
      if (!model || !driver) return [];
      return [{ model, memoryBytes: Number(mebibytes) * mebibyte, driver }];
    });
  } catch {
    return [];
  }
}
