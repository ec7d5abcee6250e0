import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { jobState } from './attempts.js';
import { isAbsent } from './error-code.js';
import { entries, filesIn, type JobFiles } from './job-files.js';
import { removeJob } from './stop-job.js';

/** `folder`: that of all jobs. */
export interface OldJobs {
  readonly folder: string;
  readonly keepMilliseconds: number;
}

/**
 * Frees what jobs hold that ended longer ago: data, output and checkpoints. Their logs stay, and so does everything of a
 * job that runs or was just lost. Gives how many jobs were cleared. A job of such a name that starts later starts anew.
 */
export async function clearOldJobs({ folder, keepMilliseconds }: OldJobs): Promise<number> {
  let cleared = 0;
  for (const name of await entries(folder)) {
    // GPU leases, and other things of the launcher itself.
    if (name.startsWith('.')) continue;
    const job = filesIn(join(folder, name));
    if (!(await isOver(job)) || Date.now() - (await touchedAt(job)) < keepMilliseconds) continue;
    if (await clear(job)) cleared += 1;
  }
  return cleared;
}

async function isOver(job: JobFiles): Promise<boolean> {
  const { kind } = await jobState(job);
  return kind === 'ended' || kind === 'none';
}

/** When something was last put into the job's folders or written to its log, milliseconds since 1970. */
async function touchedAt(job: JobFiles): Promise<number> {
  const times = [job.folder, job.attempts, job.checkpoints, job.log].map(async (path) => {
    try {
      return (await stat(path)).mtimeMs;
    } catch (error) {
      if (isAbsent(error)) return 0;
      throw error;
    }
  });
  return Math.max(...(await Promise.all(times)));
}

/** False where nothing but the log was left. */
async function clear(job: JobFiles): Promise<boolean> {
  const rest = (await entries(job.folder)).map((name) => join(job.folder, name)).filter((path) => path !== job.log);
  await removeJob(job, 0);
  for (const path of rest) await rm(path, { recursive: true, force: true });
  return rest.length > 0;
}
