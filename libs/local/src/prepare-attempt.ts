import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '../bin/atomic-file.mjs';
import { markVariable } from '../bin/family.mjs';
import { type ClaimedAttempt, demandClaim } from './attempts.js';
import { findResumePoint } from './checkpoints.js';
import { fetchData } from './fetch-data.js';
import { gpusFor } from './gpus.js';
import { type AttemptStart, allAttempts, type JobFiles, makeFolder, readStart } from './job-files.js';
import type { StartOptions } from './start-options.js';
import { resolveCommand } from './trainer-command.js';
import { trainerEnvironment } from './trainer-environment.js';

/** Everything a supervisor finds when it begins: folders, data, the checkpoint to go on from, and `start.json`. Gives the fence. */
export async function prepareAttempt(job: JobFiles, claimed: ClaimedAttempt, options: StartOptions): Promise<number> {
  const { attempt, spec } = claimed;
  const command = await resolveCommand(spec, options.python);
  const gpus = await gpusFor(spec, options.gpus);
  if (spec.data !== null) await fetchData(job, spec.data, options.objectStore);
  // Fetching takes its time: what follows goes into a folder that must still be this attempt's own.
  await demandClaim(claimed);
  await Promise.all([attempt.output, job.checkpoints, job.data].map(makeFolder));
  const resume = await findResumePoint(job.checkpoints, spec.runId);
  if (resume.refused.length > 0)
    options.log.warn({ job: spec.name, refused: resume.refused }, 'checkpoints that are not whole are passed over');
  const fence = Math.max(spec.fence, resume.highestFence + 1, (await lastFence(job)) + 1);
  const mark = randomUUID();
  // Short: programs make sockets in it, whose paths may have about 100 characters.
  const temporary = await mkdtemp(join(tmpdir(), 'laurel-'));
  const places = { data: job.data, output: attempt.output, checkpoints: job.checkpoints, temporary };
  const { python, tracking } = options;
  const about = { python, resume: resume.manifest, fence, trackingUrl: tracking?.url ?? null };
  const environment = trainerEnvironment(spec, { ...places, ...about });
  const start: AttemptStart = {
    command,
    workingDirectory: spec.workingDirectory,
    environment: { ...environment, [markVariable]: mark },
    mark,
    deadlineMilliseconds: spec.deadlineMilliseconds,
    silenceMilliseconds: spec.silenceMilliseconds,
    pendingMilliseconds: spec.pendingMilliseconds,
    graceMilliseconds: options.graceMilliseconds,
    memoryBytes: process.platform === 'linux' ? spec.resources.memoryBytes * spec.workers : null,
    disk: options.disk,
    gpus,
    output: attempt.output,
    checkpoints: job.checkpoints,
    temporary,
    log: job.log,
    fence,
    resumeStep: resume.step,
  };
  try {
    writeWhole(attempt.start, start);
  } catch (error) {
    // Nobody else knows of it.
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return fence;
}

/** The highest fence of an attempt that is remembered; -1 when there is none. */
async function lastFence(job: JobFiles): Promise<number> {
  const starts = await Promise.all((await allAttempts(job)).map(readStart));
  return Math.max(-1, ...starts.map((start) => start?.fence ?? -1));
}
