import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcessJobLauncher, type ProcessJobLauncherOptions } from '@laurel/local';
import { createDirectoryStore } from '@laurel/objectstore';
import type { JobLauncher, ObjectStore } from '@laurel/ports';
import type { ProcessIdentity } from '../../../libs/local/bin/process-identity.mjs';
import type { JobLauncherWorld } from '../../contract/job-launcher.contract.js';
import { scriptJobs } from '../../contract/job-launcher.given.js';

const silent = { info: () => undefined, warn: () => undefined };

export interface JobWorld extends JobLauncherWorld {
  readonly project: string;
  readonly objects: ObjectStore;
  /** A launcher as another worker would have it, with other options where the test says so. */
  readonly anotherLauncher: (options?: Partial<ProcessJobLauncherOptions>) => JobLauncher;
  /** Folder of all jobs. */
  readonly jobs: string;
  /** Folder of the only job there is. */
  readonly jobFolder: () => Promise<string>;
  /** What a file of that job's first attempt says, for instance who its supervisor is. */
  readonly attemptFile: <Content = ProcessIdentity>(name: 'supervisor' | 'trainer' | 'start') => Promise<Content>;
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
  const scripts = scriptJobs(folder, objects);
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
  const jobFolder = async () => {
    const [job] = (await readdir(jobs)).filter((name) => !name.startsWith('.'));
    if (job === undefined) throw new Error(`no job has a folder in ${jobs}`);
    return join(jobs, job);
  };
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
    jobFolder,
    attemptFile: async (name) =>
      JSON.parse(await readFile(join(await jobFolder(), 'attempts', '1', `${name}.json`), 'utf8')),
    pace: 1,
    ...scripts,
    job: async (script, change) => {
      const spec = await scripts.job(script, change);
      started.add(spec.name);
      return spec;
    },
  };
}
