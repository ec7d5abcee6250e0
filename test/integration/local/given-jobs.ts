import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobSpec } from '@laurel/domain';
import { createProcessJobLauncher, type ProcessJobLauncherOptions } from '@laurel/local';
import { createDirectoryStore } from '@laurel/objectstore';
import type { JobLauncher, ObjectStore } from '@laurel/ports';
import type { JobLauncherWorld } from '../../contract/job-launcher.contract.js';
import { scriptTrainer } from '../../contract/script-trainer.js';

const silent = { info: () => undefined, warn: () => undefined };
const runId = 'a'.repeat(32);
const gigabyte = 1024 ** 3;

export interface JobWorld extends JobLauncherWorld {
  readonly project: string;
  readonly objects: ObjectStore;
  /** A launcher as another worker would have it, with other options where the test says so. */
  readonly anotherLauncher: (options?: Partial<ProcessJobLauncherOptions>) => JobLauncher;
  /** Folder of all jobs. */
  readonly jobs: string;
}

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A folder for jobs, gone with everything that still runs when the test ends. */
export async function givenJobs(): Promise<JobWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-jobs-'));
  const objects = createDirectoryStore({ root: join(folder, 'objects') });
  const jobs = join(folder, 'jobs');
  const started = new Set<string>();
  const anotherLauncher = (options: Partial<ProcessJobLauncherOptions> = {}) =>
    createProcessJobLauncher({
      folder: jobs,
      objectStore: objects,
      python: null,
      log: silent,
      timeScale: 0.05,
      ...options,
    });
  const launcher = anotherLauncher();
  cleanups.push(async () => {
    for (const name of started) await anotherLauncher().remove(name);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    project: folder,
    objects,
    jobs,
    launcher,
    anotherLauncher,
    pace: 1,
    told: async () => {
      const text = await readFile(join(folder, 'told.txt'), 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
    open: (gate) => writeFile(join(folder, `gate-${gate}`), ''),
    job: async (script, change = {}) => {
      const spec = await specOf(folder, objects, change);
      started.add(spec.name);
      await writeFile(join(folder, 'train.mjs'), scriptTrainer(folder, script));
      return spec;
    },
  };
}

async function specOf(folder: string, objects: ObjectStore, change: Partial<JobSpec>): Promise<JobSpec> {
  const put = (text: string) => objects.put(Buffer.from(text));
  const data = {
    train: await put('train rows'),
    validation: await put('validation rows'),
    schema: await put('{}'),
  };
  return {
    name: `churn-${runId}`,
    attempt: 1,
    project: 'churn',
    runId,
    command: ['node', 'train.mjs'],
    workingDirectory: folder,
    image: null,
    data,
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
