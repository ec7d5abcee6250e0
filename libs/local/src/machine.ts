import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { trainerFiles } from '@laurel/contracts';
import { canonicalJson, type Machine, type RanOn } from '@laurel/domain';
import { type AttemptFiles, readStart } from './job-files.js';
import { askNvidiaSmi } from './nvidia-smi.js';

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

/** None also where `nvidia-smi` does not answer: a result is not lost for that. */
async function gpus(): Promise<Machine['gpus']> {
  const rows = await askNvidiaSmi(['name', 'memory.total', 'driver_version']).catch(() => []);
  return rows.flatMap(([model, mebibytes, driver]) =>
    model && driver ? [{ model, memoryBytes: Number(mebibytes) * mebibyte, driver }] : [],
  );
}
