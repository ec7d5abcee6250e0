import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import type { JobOutcome, JobProgress } from '@laurel/domain';
import type { JobLauncher, ObjectStore } from '@laurel/ports';
import { type JobState, jobState } from './attempts.js';
import { withNamedErrors } from './error-code.js';
import { createForeignJobs } from './foreign-jobs.js';
import { listGpus } from './gpus.js';
import { type DiskLimits, entries, filesIn, type JobFiles, jobFiles, readSpec } from './job-files.js';
import { lastLines } from './job-log.js';
import { readEnd } from './job-outcome.js';
import { followAttempt } from './job-progress.js';
import { keepOutput } from './keep-output.js';
import { settleLost } from './settle.js';
import { ensureStarted } from './start-job.js';
import type { Gpu, JobLog, StartOptions, TrackingAccess } from './start-options.js';
import { removeJob } from './stop-job.js';

/** Time a trainer has between SIGTERM and SIGKILL, as a pod usually has it. */
const graceMilliseconds = 30_000;
const lookMilliseconds = 200;
const gigabyte = 1024 ** 3;
const usualDisk: DiskLimits = { mostBytes: 200 * gigabyte, freeBytes: gigabyte / 4 };

export interface ProcessJobLauncherOptions {
  /** Where jobs live, one folder each. */
  readonly folder: string;
  readonly objectStore: ObjectStore;
  /** Interpreter that stands for `python` in a command; `null` when there is none. */
  readonly python: string | null;
  readonly log: JobLog;
  /** Factor on the time between SIGTERM and SIGKILL; 1 by default. */
  readonly timeScale?: number;
  /** Variables for the trainer whose values appear in no file and no log. */
  readonly secrets?: { readonly [name: string]: string };
  /** Where trainers log with MLflow; by default they are told of no such place. */
  readonly tracking?: TrackingAccess;
  /** Other values that must not appear in a log, such as the worker's own passwords. */
  readonly masked?: readonly string[];
  /** By default 200 GiB for a job's output and checkpoints, and 256 MiB left for everybody else. */
  readonly disk?: DiskLimits;
  /** By default what `nvidia-smi` lists. */
  readonly gpus?: () => Promise<readonly Gpu[]>;
}

/**
 * Runs trainers as processes of this machine. Each has a supervisor that outlives the caller; what a job is and how it
 * ended lies in its folder, so any process on this machine can attach to it.
 */
export function createProcessJobLauncher(options: ProcessJobLauncherOptions): JobLauncher {
  const start = startOptions(options);
  const foreign = createForeignJobs();
  const filesOf = (name: string) => jobFiles(options.folder, name);
  return {
    ensure: async (spec) => {
      const found = await withNamedErrors(() => ensureStarted(filesOf(spec.name), spec, start));
      foreign.note(spec.name, found === 'foreign');
    },
    watch: (name, signal) => (foreign.has(name) ? nothing() : watchJob(filesOf(name), signal)),
    outcome: async (name) => {
      if (foreign.has(name)) return foreign.outcome(name);
      return withNamedErrors(() => awaitOutcome(name, filesOf(name), options.objectStore));
    },
    remove: async (name) => {
      // It stays foreign: a removal whose answer was lost is asked for again.
      if (!foreign.has(name)) await removeJob(filesOf(name), start.graceMilliseconds);
    },
    log: (name, lines) => lastLines(filesOf(name).log, lines),
    running: () => runningJobs(options.folder),
  };
}

function startOptions(options: ProcessJobLauncherOptions): StartOptions {
  const { objectStore, python, log } = options;
  return {
    objectStore,
    python,
    log,
    graceMilliseconds: graceMilliseconds * (options.timeScale ?? 1),
    secrets: options.secrets ?? {},
    tracking: options.tracking ?? null,
    masked: options.masked ?? [],
    disk: options.disk ?? usualDisk,
    gpus: { folder: join(options.folder, '.gpus'), list: options.gpus ?? (() => listGpus()) },
  };
}

/** The present state; an attempt whose supervisor has gone is ended first. */
async function settledState(job: JobFiles): Promise<JobState> {
  const state = await jobState(job);
  if (state.kind !== 'lost') return state;
  await settleLost(state.attempt);
  return jobState(job);
}

async function* nothing(): AsyncIterable<JobProgress> {
  yield* [];
}

async function* watchJob(job: JobFiles, signal: AbortSignal): AsyncIterable<JobProgress> {
  let followed: { readonly number: number; readonly events: Awaited<ReturnType<typeof followAttempt>> } | undefined;
  while (!signal.aborted) {
    const now = await settledState(job);
    if (now.kind === 'none') return;
    if (now.kind !== 'starting' && now.kind !== 'gone') {
      if (followed?.number !== now.attempt.number) {
        followed = { number: now.attempt.number, events: await followAttempt(now.attempt) };
      }
      yield* await followed.events.read();
      if (now.kind !== 'running') return;
    }
    await delay(lookMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

async function awaitOutcome(name: string, job: JobFiles, objects: ObjectStore): Promise<JobOutcome> {
  for (;;) {
    const now = await settledState(job);
    if (now.kind === 'none')
      throw new LaurelError('NotFound', `there is no job ${name}; it was never started or has been removed.`);
    if (now.kind === 'ended') return readEnd(now.exit) ?? (await keepOutput(job, now.attempt, objects));
    if (now.kind === 'unborn') {
      const message = 'the process that was to start the trainer was killed before it could';
      return { kind: 'ended', cause: 'killed', exitCode: null, message };
    }
    await delay(lookMilliseconds);
  }
}

async function runningJobs(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await entries(folder)) {
    const state = await jobState(filesIn(join(folder, entry)));
    // A lost one counts: something of it may still run until somebody ends it.
    if (state.kind !== 'running' && state.kind !== 'starting' && state.kind !== 'lost') continue;
    const spec = await readSpec(state.attempt);
    if (spec !== undefined) found.push(spec.name);
  }
  return found.sort();
}
