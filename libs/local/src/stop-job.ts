import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from '../bin/process-identity.mjs';
import { jobState } from './attempts.js';
import { codeOf } from './error-code.js';
import { type AttemptFiles, discard, type JobFiles, newestAttempt, readIdentity } from './job-files.js';

const lookMilliseconds = 25;

/**
 * Stops the job and forgets it; its checkpoints stay, so that a later job of the same name goes on from them. The
 * trainer has `graceMilliseconds` to commit a checkpoint; after that nothing of the job runs.
 */
export async function stopJob(job: JobFiles, graceMilliseconds: number): Promise<void> {
  await awaitStart(job, graceMilliseconds);
  const attempt = await newestAttempt(job);
  if (attempt === undefined) return;
  const supervisor = await readIdentity(attempt.supervisor);
  if (supervisor !== undefined) {
    signal(supervisor.pid, supervisor, 'SIGTERM');
    await awaitEnd(supervisor, 2 * graceMilliseconds + 2_000);
    signal(supervisor.pid, supervisor, 'SIGKILL');
  }
  await killTrainer(attempt);
  await discard(job.attempts);
}

/** Kills the trainer of an attempt, with everything it started, when its supervisor can no longer do so. */
export async function killTrainer(attempt: AttemptFiles): Promise<void> {
  const trainer = await readIdentity(attempt.trainer);
  if (trainer === undefined) return;
  signal(-trainer.pid, trainer, 'SIGKILL');
  await awaitEnd(trainer, 5_000);
}

/** A job that is just being started is stopped once it runs. */
async function awaitStart(job: JobFiles, milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds;
  while ((await jobState(job)).kind === 'starting' && performance.now() < until) await delay(lookMilliseconds);
}

async function awaitEnd(identity: ProcessIdentity, milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds;
  while (isAlive(identity) && performance.now() < until) await delay(lookMilliseconds);
}

function signal(target: number, identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(target, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
