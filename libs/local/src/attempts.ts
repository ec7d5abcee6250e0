import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobSpec } from '@laurel/domain';
import { writeOnce, writeWhole } from '../bin/atomic-file.mjs';
import { identityOf, isAlive } from '../bin/process-identity.mjs';
import { codeOf } from './error-code.js';
import {
  type AttemptExit,
  type AttemptFiles,
  attemptFiles,
  type JobFiles,
  makeFolder,
  newestAttempt,
  readExit,
  readIdentity,
} from './job-files.js';

/**
 * Where an attempt stands. `lost`: its supervisor died without a word (killed, machine restarted). `unborn`: its starter
 * died before there was a supervisor, so that nothing of it has run or will run.
 */
export type AttemptState =
  | { readonly kind: 'starting' | 'running' | 'lost' | 'unborn'; readonly attempt: AttemptFiles }
  | { readonly kind: 'ended'; readonly attempt: AttemptFiles; readonly exit: AttemptExit };

export type JobState = { readonly kind: 'none' } | AttemptState;

const never = { pid: 0, start: 'never' };

/** Where the job's newest attempt stands. */
export async function jobState(job: JobFiles): Promise<JobState> {
  const attempt = await newestAttempt(job);
  return attempt === undefined ? { kind: 'none' } : attemptState(attempt);
}

/** Reads where an attempt stands from its files and the process table. */
export async function attemptState(attempt: AttemptFiles): Promise<AttemptState> {
  const supervisor = await readIdentity(attempt.supervisor);
  const alive = supervisor !== undefined && isAlive(supervisor);
  // Read after the look at the process: a supervisor writes its last word before it goes.
  const exit = await readExit(attempt);
  if (exit !== undefined) return { kind: 'ended', attempt, exit };
  if (alive) return { kind: 'running', attempt };
  if (supervisor !== undefined) return { kind: supervisor.pid === never.pid ? 'unborn' : 'lost', attempt };
  const claimant = await readIdentity(attempt.claim);
  if (claimant !== undefined && isAlive(claimant)) return { kind: 'starting', attempt };
  return markDead(attempt);
}

/** Makes the attempt this process's to start; `undefined` when another process was first. */
export async function claimAttempt(job: JobFiles, spec: JobSpec): Promise<AttemptFiles | undefined> {
  await makeFolder(job.attempts);
  const staged = join(job.attempts, `.${randomUUID()}`);
  await makeFolder(staged);
  const attempt = attemptFiles(job, spec.attempt);
  try {
    writeWhole(join(staged, 'claim.json'), identityOf(process.pid));
    writeWhole(join(staged, 'spec.json'), spec);
    // A folder takes a name only once: this is the lock.
    await rename(staged, attempt.folder);
    return attempt;
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** A starter died between claim and supervisor. The mark keeps a supervisor that is only just coming up from beginning. */
async function markDead(attempt: AttemptFiles): Promise<AttemptState> {
  try {
    writeOnce(attempt.supervisor, never);
  } catch {
    // The attempt has been removed meanwhile; the next look will see that.
  }
  const supervisor = await readIdentity(attempt.supervisor);
  const alive = supervisor !== undefined && isAlive(supervisor);
  return {
    kind: alive ? 'running' : supervisor === undefined || supervisor.pid === never.pid ? 'unborn' : 'lost',
    attempt,
  };
}

function isTaken(error: unknown): boolean {
  return codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST';
}
