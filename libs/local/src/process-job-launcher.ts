import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import type { JobOutcome, JobProgress, JobSpec } from '@laurel/domain';
import type { JobLauncher, ObjectStore } from '@laurel/ports';
import { type JobState, jobState } from './attempts.js';
import { entries, type JobFiles, jobFiles, readJson, readSpec } from './job-files.js';
import { lastLines } from './job-log.js';
import { readEnd } from './job-outcome.js';
import { followEvents } from './job-progress.js';
import { ensureStarted, type JobLog, mostAttempts, type StartOptions } from './start-job.js';
import { stopJob } from './stop-job.js';
import { uploadOutput } from './upload-output.js';

/** Time a trainer has between SIGTERM and SIGKILL. */
const graceMilliseconds = 10_000;
const lookMilliseconds = 200;

export interface ProcessJobLauncherOptions {
  /** Where jobs live, one folder each. */
  readonly folder: string;
  readonly objectStore: ObjectStore;
  /** Interpreter that stands for `python` in a command; `null` when there is none. */
  readonly python: string | null;
  readonly log: JobLog;
  /** Factor on the time between SIGTERM and SIGKILL; 1 by default. */
  readonly timeScale?: number;
}

/**
 * Runs trainers as processes of this machine. Each has a supervisor that outlives the caller; what a job is and how it
 * ended lies in its folder, so any process on this machine can attach to it.
 */
export function createProcessJobLauncher(options: ProcessJobLauncherOptions): JobLauncher {
  const grace = graceMilliseconds * (options.timeScale ?? 1);
  const start: StartOptions = { ...options, graceMilliseconds: grace };
  const filesOf = (name: string) => jobFiles(options.folder, name);

  /** The present state; a lost job is started again first. */
  async function currentState(name: string): Promise<JobState> {
    const job = filesOf(name);
    const state = await jobState(job);
    if (state.kind !== 'lost' || state.attempt.number >= mostAttempts) return state;
    const spec = await readSpec(job);
    if (spec === undefined) return state;
    options.log.warn({ job: name, attempt: state.attempt.number }, 'a job was lost and is started again');
    await ensureStarted(job, spec, start);
    return jobState(job);
  }

  return {
    ensure: (spec: JobSpec) => ensureStarted(filesOf(spec.name), spec, start),
    watch: (name, signal) => watchJob(() => currentState(name), signal),
    outcome: (name) =>
      awaitOutcome(name, filesOf(name), { objectStore: options.objectStore, state: () => currentState(name) }),
    remove: (name) => stopJob(filesOf(name), grace),
    log: (name, lines) => lastLines(filesOf(name).log, lines),
    running: () => runningJobs(options.folder),
  };
}

async function* watchJob(state: () => Promise<JobState>, signal: AbortSignal): AsyncIterable<JobProgress> {
  let followed: { readonly number: number; readonly events: ReturnType<typeof followEvents> } | undefined;
  while (!signal.aborted) {
    const now = await state();
    if (now.kind === 'none') return;
    if (followed?.number !== now.attempt.number) {
      followed = { number: now.attempt.number, events: followEvents(now.attempt.events) };
    }
    yield* await followed.events.read();
    if (now.kind === 'ended' || now.kind === 'lost') return;
    await delay(lookMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

async function awaitOutcome(
  name: string,
  job: JobFiles,
  context: { readonly objectStore: ObjectStore; readonly state: () => Promise<JobState> },
): Promise<JobOutcome> {
  for (;;) {
    const now = await context.state();
    if (now.kind === 'none')
      throw new LaurelError('NotFound', `there is no job ${name}; it was never started or has been removed.`);
    if (now.kind === 'ended')
      return readEnd(now.exit) ?? (await keepOutput(job, now.attempt.output, context.objectStore));
    if (now.kind === 'lost') {
      const message = `the job was lost ${now.attempt.number} times (its supervisor was killed); see supervisor.log in ${job.folder}.`;
      return { kind: 'failed', code: null, retryable: true, message, errorCode: 'TrainerCrashed' };
    }
    await delay(lookMilliseconds);
  }
}

/** Once the result is stored, checkpoints and data have served. */
async function keepOutput(job: JobFiles, output: string, objects: ObjectStore): Promise<JobOutcome> {
  const outcome = await uploadOutput(output, objects);
  if (outcome.kind === 'done') {
    for (const folder of [job.checkpoints, job.data]) await rm(folder, { recursive: true, force: true });
  }
  return outcome;
}

async function runningJobs(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await entries(folder)) {
    const spec = await readJson<JobSpec>(join(folder, entry, 'spec.json'));
    if (spec === undefined) continue;
    const state = await jobState(jobFiles(folder, spec.name));
    if (state.kind === 'running' || state.kind === 'starting') found.push(spec.name);
  }
  return found.sort();
}
