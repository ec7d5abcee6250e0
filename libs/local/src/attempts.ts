import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Where a job stands. `lost`: its supervisor died without a word (killed, machine restarted). */
export type JobState =
  | { readonly kind: 'none' }
  | { readonly kind: 'starting'; readonly attempt: AttemptFiles }
  | { readonly kind: 'running'; readonly attempt: AttemptFiles }
  | { readonly kind: 'lost'; readonly attempt: AttemptFiles }
  | { readonly kind: 'ended'; readonly attempt: AttemptFiles; readonly exit: AttemptExit };

/** Reads where the job stands from its files and the process table. */
export async function jobState(job: JobFiles): Promise<JobState> {
  const attempt = await newestAttempt(job);
  if (attempt === undefined) return { kind: 'none' };
  const supervisor = await readIdentity(attempt.supervisor);
  const alive = supervisor !== undefined && isAlive(supervisor);
  // Read after the look at the process: a supervisor writes its last word before it goes.
  const exit = await readExit(attempt);
  if (exit !== undefined) return { kind: 'ended', attempt, exit };
  if (alive) return { kind: 'running', attempt };
  if (supervisor !== undefined) return { kind: 'lost', attempt };
  const claimant = await readIdentity(attempt.claim);
  if (claimant !== undefined && isAlive(claimant)) return { kind: 'starting', attempt };
  return markDead(attempt);
}

/** Makes the next attempt this process's to start; `undefined` when another process was first. */
export async function claimAttempt(job: JobFiles, number: number): Promise<AttemptFiles | undefined> {
  await makeFolder(job.attempts);
  const staged = join(job.attempts, `.${randomUUID()}`);
  await makeFolder(staged);
  writeWhole(join(staged, 'claim.json'), identityOf(process.pid));
  const attempt = attemptFiles(job, number);
  try {
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
async function markDead(attempt: AttemptFiles): Promise<JobState> {
  try {
    writeOnce(attempt.supervisor, { pid: 0, start: 'never' });
  } catch {
    // The attempt has been removed meanwhile; the next look will see that.
  }
  const supervisor = await readIdentity(attempt.supervisor);
  const alive = supervisor !== undefined && isAlive(supervisor);
  return alive ? { kind: 'running', attempt } : { kind: 'lost', attempt };
}

function isTaken(error: unknown): boolean {
  return codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST';
}
