import { setTimeout as delay } from 'node:timers/promises';
import { send } from '../bin/family.mjs';
import { isAlive, type ProcessIdentity } from '../bin/process-identity.mjs';
import { attemptState, withdrawAttempt } from './attempts.js';
import { type AttemptFiles, allAttempts, discard, type JobFiles, readIdentity } from './job-files.js';
import { killFamily } from './settle.js';

const lookMilliseconds = 25;
/** What a supervisor may need beyond the trainer's grace: to kill what is left, drain the pipes and write its last word. */
const marginMilliseconds = 8_000;

/**
 * Stops the job and forgets it; its checkpoints and its log stay, so that a later job of the same name goes on from them, and
 * fetches its data anew.
 * The trainer has `graceMilliseconds` to commit a checkpoint; after that nothing of the job runs.
 */
export async function removeJob(job: JobFiles, graceMilliseconds: number): Promise<void> {
  for (const attempt of await allAttempts(job)) await endAttempt(attempt, graceMilliseconds);
  await discard(job.data);
  await discard(job.attempts);
}

/** Brings an attempt to its end, whatever state it is in. One that is just being started is stopped once it runs. */
export async function endAttempt(attempt: AttemptFiles, graceMilliseconds: number): Promise<void> {
  const until = performance.now() + graceMilliseconds + marginMilliseconds;
  for (let asked = false; ; ) {
    const state = await attemptState(attempt);
    if (state.kind === 'lost') return killFamily(attempt);
    if (state.kind === 'unborn') await withdrawAttempt(attempt, state.claim);
    if (state.kind === 'gone') return;
    const supervisor = await readIdentity(attempt.supervisor);
    const leaving = supervisor !== undefined && isAlive(supervisor);
    if (state.kind === 'ended' && !leaving) return;
    if (supervisor !== undefined) {
      if (!asked) signal(supervisor, 'SIGTERM');
      asked = true;
      if (performance.now() > until) signal(supervisor, 'SIGKILL');
    } else if (performance.now() > until) return killFamily(attempt);
    await delay(lookMilliseconds);
  }
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (isAlive(identity)) send(identity.pid, name);
}
