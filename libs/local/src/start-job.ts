import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { writeWhole } from '../bin/atomic-file.mjs';
import { claimAttempt, jobState } from './attempts.js';
import { findResumePoint } from './checkpoints.js';
import {
  type AttemptFiles,
  type AttemptStart,
  attemptFiles,
  discard,
  type JobFiles,
  makeFolder,
  readJson,
} from './job-files.js';
import { killTrainer } from './stop-job.js';
import { resolveCommand, trainerEnvironment } from './trainer-command.js';

const supervisorScript = fileURLToPath(new URL('../bin/job-supervisor.mjs', import.meta.url));
const supervisorStartMilliseconds = 30_000;
const lookMilliseconds = 25;

/** A job whose supervisor is lost this many times is not started again by itself. */
export const mostAttempts = 20;

export interface StartOptions {
  readonly objectStore: ObjectStore;
  readonly python: string | null;
  readonly graceMilliseconds: number;
  readonly log: JobLog;
}

/** The part of a pino logger that the launcher uses. */
export interface JobLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/**
 * Brings the job to run or to have ended. Of any number of callers in any number of processes one starts it; the others
 * wait until it runs. A lost attempt is followed by another, with a higher fence, from the newest whole checkpoint.
 */
export async function ensureStarted(job: JobFiles, spec: JobSpec, options: StartOptions): Promise<void> {
  for (;;) {
    const state = await jobState(job);
    if (state.kind === 'running' || state.kind === 'ended') return;
    if (state.kind === 'starting') {
      await delay(lookMilliseconds);
      continue;
    }
    const previous = state.kind === 'lost' ? state.attempt.number : 0;
    if (previous >= mostAttempts) return;
    const attempt = await claimAttempt(job, previous + 1);
    if (attempt === undefined) continue;
    try {
      await begin(job, attempt, spec, options);
      return;
    } catch (error) {
      await discard(attempt.folder);
      throw error;
    }
  }
}

async function begin(job: JobFiles, attempt: AttemptFiles, spec: JobSpec, options: StartOptions): Promise<void> {
  const command = await resolveCommand(spec, options.python);
  const previous = attempt.number > 1 ? attemptFiles(job, attempt.number - 1) : undefined;
  if (previous !== undefined) await killTrainer(previous);
  await fetchData(job, spec, options.objectStore);
  await Promise.all([makeFolder(attempt.output), makeFolder(job.checkpoints)]);
  const { manifest, refused, highestFence } = await findResumePoint(job.checkpoints, spec.runId);
  const last = previous === undefined ? undefined : await readJson<AttemptStart>(previous.start);
  const fence = Math.max(spec.fence, highestFence + 1, (last?.fence ?? -1) + 1);
  const places = { data: job.data, output: attempt.output, checkpoints: job.checkpoints };
  const start: AttemptStart = {
    command,
    workingDirectory: spec.workingDirectory,
    environment: trainerEnvironment(spec, { ...places, python: options.python, resume: manifest, fence }),
    deadlineMilliseconds: spec.deadlineMilliseconds,
    silenceMilliseconds: spec.silenceMilliseconds,
    graceMilliseconds: options.graceMilliseconds,
    log: job.log,
    fence,
  };
  writeWhole(job.spec, spec);
  writeWhole(attempt.start, start);
  if (refused.length > 0)
    options.log.warn({ job: spec.name, refused }, 'checkpoints that are not whole are passed over');
  await spawnSupervisor(job, attempt);
  options.log.info({ job: spec.name, attempt: attempt.number, fence, resume: manifest }, 'a trainer was started');
}

async function fetchData(job: JobFiles, spec: JobSpec, objects: ObjectStore): Promise<void> {
  await makeFolder(job.data);
  await objects.getFile(spec.data.train, join(job.data, 'train.parquet'));
  await objects.getFile(spec.data.validation, join(job.data, 'validation.parquet'));
  await objects.getFile(spec.data.schema, join(job.data, 'schema.json'));
}

/** A process of its own session with no tie to this one but its folder. */
async function spawnSupervisor(job: JobFiles, attempt: AttemptFiles): Promise<void> {
  const complaints = openSync(join(job.folder, 'supervisor.log'), 'a');
  const child = spawn(process.execPath, [supervisorScript, attempt.folder], {
    cwd: job.folder,
    env: {},
    detached: true,
    stdio: ['ignore', 'ignore', complaints],
  });
  closeSync(complaints);
  child.on('error', () => undefined);
  child.unref();
  const until = performance.now() + supervisorStartMilliseconds;
  while ((await jobState(job)).kind === 'starting') {
    if (performance.now() > until || child.pid === undefined) {
      throw new LaurelError(
        'Internal',
        `the supervisor of job folder ${job.folder} did not start; see supervisor.log there.`,
      );
    }
    await delay(lookMilliseconds);
  }
}
