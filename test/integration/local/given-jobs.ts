import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobProgress, JobSpec } from '@laurel/domain';
import { createProcessJobLauncher } from '@laurel/local';
import { createDirectoryStore } from '@laurel/objectstore';
import type { JobLauncher, ObjectStore } from '@laurel/ports';

const silent = { info: () => undefined, warn: () => undefined };
const runId = 'a'.repeat(32);

/** What every test trainer may use: the protocol in a few lines of plain JavaScript. */
const prelude = `
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const env = process.env;
const say = (event) => console.log(JSON.stringify(event));
const progress = (step) => say({ laurel: 'progress', step, totalSteps: 10, metrics: { loss: 1 / step } });
const commit = (step) => {
  const folder = env.LAUREL_CHECKPOINT_DIR + '/' + step + '/' + env.LAUREL_FENCE;
  mkdirSync(folder, { recursive: true });
  const shard = Buffer.from('state ' + step);
  writeFileSync(folder + '/shard-0.bin', shard);
  const sha256 = createHash('sha256').update(shard).digest('hex');
  const shards = [{ path: 'shard-0.bin', size: shard.length, sha256 }];
  const manifest = { protocol: '1', runId: env.LAUREL_RUN_ID, step, fence: Number(env.LAUREL_FENCE), worldSize: 1, shards, state: {} };
  writeFileSync(folder + '/manifest.json', JSON.stringify(manifest));
  say({ laurel: 'checkpoint', step, manifest: folder + '/manifest.json' });
};
const resumed = () => (env.LAUREL_RESUME ? JSON.parse(readFileSync(env.LAUREL_RESUME)).step : 0);
const done = () => {
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.onnx', 'model');
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/model.json', '{}');
  mkdirSync(env.LAUREL_OUTPUT_DIR + '/explain', { recursive: true });
  writeFileSync(env.LAUREL_OUTPUT_DIR + '/explain/background.parquet', 'rows');
};
/** Leaves a line in a file of the project's folder, which tests read. */
const tell = (text) => appendFileSync('told.txt', text + '\\n');
`;

export interface JobWorld {
  readonly folder: string;
  readonly project: string;
  readonly objects: ObjectStore;
  readonly launcher: JobLauncher;
  /** A launcher as another worker would have it. */
  anotherLauncher(python?: string | null): JobLauncher;
  /** A job whose trainer is the given JavaScript. */
  job(script: string, change?: Partial<JobSpec>): Promise<JobSpec>;
  /** Folder of a job under the launcher's own. */
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
  const anotherLauncher = (python: string | null = null) =>
    createProcessJobLauncher({ folder: jobs, objectStore: objects, python, log: silent, timeScale: 0.1 });
  const launcher = anotherLauncher();
  cleanups.push(async () => {
    for (const name of started) await launcher.remove(name);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    project: folder,
    objects,
    jobs,
    launcher,
    anotherLauncher,
    job: async (script, change = {}) => {
      const name = change.name ?? `churn-${runId}`;
      started.add(name);
      await writeFile(join(folder, 'train.mjs'), `${prelude}\n${script}`);
      const [train, validation, schema] = await Promise.all(
        ['train rows', 'validation rows', '{}'].map((text) => objects.put(Buffer.from(text))),
      );
      return {
        name,
        project: 'churn',
        runId,
        command: ['node', 'train.mjs'],
        workingDirectory: folder,
        data: { train: train!, validation: validation!, schema: schema! },
        parameters: { depth: 3 },
        seed: 7,
        fence: 1,
        deadlineMilliseconds: 60_000,
        silenceMilliseconds: 30_000,
        ...change,
      };
    },
  };
}

/** All progress of a job until it ends. */
export async function allProgress(launcher: JobLauncher, name: string): Promise<readonly JobProgress[]> {
  const seen: JobProgress[] = [];
  for await (const progress of launcher.watch(name, new AbortController().signal)) seen.push(progress);
  return seen;
}

/** Looks every 20 ms until `look` finds something; fails after `seconds`. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined, seconds = 20): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`what the test waits for did not come within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
