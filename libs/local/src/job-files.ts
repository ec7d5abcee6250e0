import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { JobSpec } from '@laurel/domain';
import type { ProcessIdentity } from '../bin/process-identity.mjs';
import { isAbsent } from './error-code.js';

/** How an attempt ended, as its supervisor wrote it, or who found that the supervisor had gone (`lost`, `nodeLost`). */
export interface AttemptExit {
  readonly reason:
    | 'exited'
    | 'hung'
    | 'deadline'
    | 'memory'
    | 'disk'
    | 'stopped'
    | 'notStarted'
    | 'noRoom'
    | 'unschedulable'
    | 'lost'
    | 'nodeLost';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** More about the reason, as a clause. */
  readonly detail: string | null;
  /** Whether the kernel killed a process for want of memory while the trainer ran. */
  readonly oomKilled: boolean;
  /** Last lines of the log, some twenty. */
  readonly lastLines: readonly string[];
  /** The trainer's last protocol line that names a failure. */
  readonly failure: string | null;
  readonly endedAt: string;
}

/** What a supervisor needs to run an attempt. Holds no secret. */
export interface AttemptStart {
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: { readonly [name: string]: string };
  /** Value of the environment's mark, by which the attempt's processes are found. */
  readonly mark: string;
  readonly deadlineMilliseconds: number;
  readonly silenceMilliseconds: number;
  readonly pendingMilliseconds: number;
  readonly graceMilliseconds: number;
  /** Of all processes together; `null` where nobody can tell. */
  readonly memoryBytes: number | null;
  readonly disk: DiskLimits;
  readonly gpus: {
    readonly folder: string;
    readonly ids: readonly string[];
    readonly count: number;
    readonly shared: boolean;
  };
  readonly output: string;
  readonly checkpoints: string;
  /** `TMPDIR` of the trainer; goes when the attempt ends. */
  readonly temporary: string;
  /** Where lines that are not of the protocol go. */
  readonly log: string;
  readonly fence: number;
  /** Step of the checkpoint it goes on from. */
  readonly resumeStep: number | null;
}

/** `mostBytes`: of output and checkpoints together. `freeBytes`: to be left on their disk, for everybody else. */
export interface DiskLimits {
  readonly mostBytes: number;
  readonly freeBytes: number;
}

/** Where things of one job lie. `checkpoints` and `log` belong to all its attempts. */
export interface JobFiles {
  readonly folder: string;
  readonly data: string;
  readonly checkpoints: string;
  readonly log: string;
  readonly attempts: string;
}

/** One attempt, by number from 1. */
export interface AttemptFiles {
  readonly number: number;
  readonly folder: string;
  readonly spec: string;
  readonly start: string;
  readonly supervisor: string;
  readonly trainer: string;
  readonly events: string;
  readonly exit: string;
  readonly output: string;
  /** What the stored output is called; then `output` has gone. */
  readonly result: string;
}

export function jobFiles(root: string, name: string): JobFiles {
  const readable = name.replaceAll(/[^a-zA-Z0-9.-]/g, '_').slice(0, 80);
  return filesIn(resolve(root, `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`));
}

/** The files of the job whose folder this is. */
export function filesIn(folder: string): JobFiles {
  return {
    folder,
    data: join(folder, 'data'),
    checkpoints: join(folder, 'checkpoints'),
    log: join(folder, 'log.txt'),
    attempts: join(folder, 'attempts'),
  };
}

export function attemptFiles(job: JobFiles, number: number): AttemptFiles {
  const folder = join(job.attempts, String(number));
  return {
    number,
    folder,
    spec: join(folder, 'spec.json'),
    start: join(folder, 'start.json'),
    supervisor: join(folder, 'supervisor.json'),
    trainer: join(folder, 'trainer.json'),
    events: join(folder, 'events.jsonl'),
    exit: join(folder, 'exit.json'),
    output: join(folder, 'output'),
    result: join(folder, 'result.json'),
  };
}

/** All attempts that are remembered, oldest first; none for a job that never started or was removed. */
export async function allAttempts(job: JobFiles): Promise<readonly AttemptFiles[]> {
  const numbers = (await entries(job.attempts)).filter((name) => /^\d+$/.test(name)).map(Number);
  return numbers.sort((a, b) => a - b).map((number) => attemptFiles(job, number));
}

/** The newest attempt; `undefined` for a job that never started or was removed. */
export async function newestAttempt(job: JobFiles): Promise<AttemptFiles | undefined> {
  return (await allAttempts(job)).at(-1);
}

/** Content of a JSON file that is written whole; `undefined` when it is not there. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

export const readSpec = (attempt: AttemptFiles) => readJson<JobSpec>(attempt.spec);
export const readStart = (attempt: AttemptFiles) => readJson<AttemptStart>(attempt.start);
export const readExit = (attempt: AttemptFiles) => readJson<AttemptExit>(attempt.exit);
export const readIdentity = (path: string) => readJson<ProcessIdentity>(path);

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Names in a folder; none when it is not there. */
export async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Takes a folder away at once for every reader, then frees its space. */
export async function discard(folder: string): Promise<void> {
  const gone = `${folder}.${randomUUID()}.gone`;
  try {
    await rename(folder, gone);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  await rm(gone, { recursive: true, force: true });
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}
