import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';
import { writeWhole } from '../bin/atomic-file.mjs';
import { claimOf, holderOf, passClaim } from '../bin/claims.mjs';
import { identityOf, isAlive } from '../bin/process-identity.mjs';
import { isTaken } from './error-code.js';
import {
  type AttemptExit,
  type AttemptFiles,
  attemptFiles,
  discard,
  entries,
  type JobFiles,
  makeFolder,
  newestAttempt,
  readExit,
  readIdentity,
} from './job-files.js';
import { killFamily } from './settle.js';

/**
 * Where an attempt stands. `lost`: its supervisor died without a word (killed, machine restarted). `unborn`: its starter
 * died before there was a supervisor, so that nothing of it has run or will run. `gone`: it was taken away meanwhile.
 */
export type AttemptState =
  | { readonly kind: 'starting' | 'running' | 'lost' | 'gone'; readonly attempt: AttemptFiles }
  | { readonly kind: 'unborn'; readonly attempt: AttemptFiles; readonly claim: string | undefined }
  | { readonly kind: 'ended'; readonly attempt: AttemptFiles; readonly exit: AttemptExit };

export type JobState = { readonly kind: 'none' } | AttemptState;

/** An attempt that this process is to start. */
export interface ClaimedAttempt {
  readonly attempt: AttemptFiles;
  readonly claim: string;
  readonly spec: JobSpec;
}

/** Holds the claims of attempts that nobody is to start any more. */
const nobody = { pid: 0, start: 'never' };

/** Where the job's newest attempt stands. */
export async function jobState(job: JobFiles): Promise<JobState> {
  const attempt = await newestAttempt(job);
  return attempt === undefined ? { kind: 'none' } : attemptState(attempt);
}

/** Reads where an attempt stands from its files and the process table. */
export async function attemptState(attempt: AttemptFiles): Promise<AttemptState> {
  // A process is looked at before what it may have written by then: whoever holds the claim before supervisor.json, the
  // supervisor before exit.json.
  const { isThere, claim, holder } = await readClaim(attempt);
  const isHeld = holder !== undefined && isAlive(holder);
  const supervisor = await readIdentity(attempt.supervisor);
  const alive = supervisor !== undefined && isAlive(supervisor);
  const exit = await readExit(attempt);
  if (exit !== undefined) return { kind: 'ended', attempt, exit };
  if (supervisor !== undefined) return { kind: alive ? 'running' : 'lost', attempt };
  if (isHeld) return { kind: 'starting', attempt };
  if (!isThere) return { kind: 'gone', attempt };
  if (claim === undefined || holder?.pid === nobody.pid) return { kind: 'unborn', attempt, claim };
  // A supervisor that is only just coming up finds its claim passed on, and does not begin.
  passClaim(attempt.folder, claim, claimOf(nobody));
  return attemptState(attempt);
}

async function readClaim({ folder }: AttemptFiles) {
  const isClaim = (name: string) => holderOf(name) !== undefined;
  const names = await entries(folder);
  // Not every file system shows a name that changes just then: only what is missing twice is missing.
  const claim = names.find(isClaim) ?? (await entries(folder)).find(isClaim);
  return { isThere: names.length > 0, claim, holder: claim === undefined ? undefined : holderOf(claim) };
}

/** Makes the attempt this process's to start; `undefined` when another process was first. */
export async function claimAttempt(job: JobFiles, spec: JobSpec): Promise<ClaimedAttempt | undefined> {
  await makeFolder(job.attempts);
  const staged = join(job.attempts, `.${randomUUID()}`);
  await makeFolder(staged);
  const attempt = attemptFiles(job, spec.attempt);
  const claim = claimOf(identityOf(process.pid));
  try {
    await writeFile(join(staged, claim), '');
    writeWhole(join(staged, 'spec.json'), spec);
    // A folder takes a name only once: this is the lock.
    await rename(staged, attempt.folder);
    return { attempt, claim, spec };
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** Error: `Conflict` when the attempt was taken away from this process meanwhile; another one may stand in its place. */
export async function demandClaim({ attempt, claim, spec }: ClaimedAttempt): Promise<void> {
  if ((await entries(attempt.folder)).includes(claim)) return;
  throw new LaurelError('Conflict', `job ${spec.name} was removed while it was being started; start it again.`);
}

/** Takes away an attempt that never ran, and only the one whose claim was seen; whoever else wants to waits until it is gone. */
export async function withdrawAttempt(attempt: AttemptFiles, claim: string | undefined): Promise<void> {
  // Without any claim there is only what a crash of the machine has left of a folder.
  if (claim !== undefined && !passClaim(attempt.folder, claim, claimOf(identityOf(process.pid)))) return;
  await killFamily(attempt);
  await discard(attempt.folder);
}
