import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { JobSpec } from '@laurel/domain';
import type { ProcessIdentity } from '../bin/process-identity.mjs';
import { codeOf } from './error-code.js';

/** How an attempt ended, as its supervisor wrote it. */
export interface AttemptExit {
  readonly reason: 'exited' | 'hung' | 'deadline' | 'stopped' | 'notStarted';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: string;
  /** Last line of the log. */
  readonly lastLine: string;
  readonly endedAt: string;
}

/** What a supervisor needs to run an attempt. */
export interface AttemptStart {
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: { readonly [name: string]: string };
  readonly deadlineMilliseconds: number;
  readonly silenceMilliseconds: number;
  readonly graceMilliseconds: number;
  /** Where lines that are not of the protocol go. */
  readonly log: string;
  readonly fence: number;
}

/** Where things of one job lie. `checkpoints` and `log` belong to all its attempts. */
export interface JobFiles {
  readonly folder: string;
  readonly spec: string;
  readonly data: string;
  readonly checkpoints: string;
  readonly log: string;
  readonly attempts: string;
}

/** One attempt, by number from 1. */
export interface AttemptFiles {
  readonly number: number;
  readonly folder: string;
  readonly claim: string;
  readonly start: string;
  readonly supervisor: string;
  readonly trainer: string;
  readonly events: string;
  readonly exit: string;
  readonly output: string;
}

export function jobFiles(root: string, name: string): JobFiles {
  const readable = name.replaceAll(/[^a-zA-Z0-9.-]/g, '_').slice(0, 80);
  const folder = resolve(root, `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`);
  return {
    folder,
    spec: join(folder, 'spec.json'),
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
    claim: join(folder, 'claim.json'),
    start: join(folder, 'start.json'),
    supervisor: join(folder, 'supervisor.json'),
    trainer: join(folder, 'trainer.json'),
    events: join(folder, 'events.jsonl'),
    exit: join(folder, 'exit.json'),
    output: join(folder, 'output'),
  };
}

/** The newest attempt; `undefined` for a job that never started or was removed. */
export async function newestAttempt(job: JobFiles): Promise<AttemptFiles | undefined> {
  const numbers = (await entries(job.attempts)).filter((name) => /^\d+$/.test(name)).map(Number);
  return numbers.length === 0 ? undefined : attemptFiles(job, Math.max(...numbers));
}

/** Content of a JSON file that is written whole; `undefined` when it is not there. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

export const readSpec = (job: JobFiles) => readJson<JobSpec>(job.spec);
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

export function isAbsent(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
