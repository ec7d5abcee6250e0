import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobSpec } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import type { JobLauncherWorld } from './job-launcher.contract.js';
import { scriptTrainer } from './script-trainer.js';

const runId = 'a'.repeat(32);
const gigabyte = 1024 ** 3;

/** The part of a launcher's world that is the same wherever its jobs run: scripts in `folder`, their data in `objects`. */
export function scriptJobs(folder: string, objects: ObjectStore): Pick<JobLauncherWorld, 'job' | 'open' | 'told'> {
  return {
    told: async () => {
      const text = await readFile(join(folder, 'told.txt'), 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
    open: (gate) => writeFile(join(folder, `gate-${gate}`), ''),
    job: async (script, change = {}) => {
      await writeFile(join(folder, 'train.mjs'), scriptTrainer(folder, script));
      return specOf(folder, objects, change);
    },
  };
}

async function specOf(folder: string, objects: ObjectStore, change: Partial<JobSpec>): Promise<JobSpec> {
  const put = (text: string) => objects.put(Buffer.from(text));
  return {
    name: `churn-${runId}`,
    attempt: 1,
    project: 'churn',
    runId,
    command: ['node', 'train.mjs'],
    workingDirectory: folder,
    image: null,
    data: { train: await put('train rows'), validation: await put('validation rows'), schema: await put('{}') },
    parameters: { depth: 3 },
    seed: 7,
    fence: 1,
    workers: 1,
    resources: {
      cpus: 1,
      memoryBytes: 2 * gigabyte,
      gpu: { count: 0, kind: null, shared: false },
      sharedMemoryBytes: null,
    },
    placement: 'onDemand',
    checkpointEvery: 50,
    deadlineMilliseconds: 60_000,
    silenceMilliseconds: 30_000,
    pendingMilliseconds: 30_000,
    ...change,
  };
}
