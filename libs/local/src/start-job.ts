import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';
import {
  type AttemptState,
  attemptState,
  type ClaimedAttempt,
  claimAttempt,
  demandClaim,
  jobState,
  withdrawAttempt,
} from './attempts.js';
import { type AttemptFiles, allAttempts, discard, type JobFiles, newestAttempt, readSpec } from './job-files.js';
import { prepareAttempt } from './prepare-attempt.js';
import { sameJob } from './same-job.js';
import { settleLost } from './settle.js';
import { spawnSupervisor } from './spawn-supervisor.js';
import type { StartOptions } from './start-options.js';
import { endAttempt } from './stop-job.js';

const lookMilliseconds = 25;
/** Former attempts whose files stay, for whoever wants to know what happened. */
const keptAttempts = 5;

/**
 * Brings the attempt to run or to have ended. Of any number of callers in any number of processes one starts it; the others
 * wait until it runs. Lower attempts are ended first; below a higher one nothing starts (`StaleFence`), nor where the job was
 * removed meanwhile (`Conflict`). `foreign`: the attempt is there with another spec, and is left alone.
 */
export async function ensureStarted(
  job: JobFiles,
  spec: JobSpec,
  options: StartOptions,
): Promise<'attached' | 'foreign'> {
  for (;;) {
    const state = await jobState(job);
    const there = state.kind === 'none' || state.kind === 'gone' ? undefined : state;
    if (there !== undefined && there.attempt.number > spec.attempt) throw stale(spec, there.attempt);
    if (there?.attempt.number === spec.attempt) {
      const found = await attach(there, spec);
      if (found !== 'wait') return found;
      await delay(lookMilliseconds);
      continue;
    }
    const claimed = await claimAttempt(job, spec);
    if (claimed === undefined) continue;
    await startClaimed(job, claimed, options);
    return 'attached';
  }
}

async function attach(state: AttemptState, spec: JobSpec): Promise<'attached' | 'foreign' | 'wait'> {
  const there = await readSpec(state.attempt);
  if (there !== undefined && !sameJob(there, spec)) return 'foreign';
  if (state.kind === 'lost') await settleLost(state.attempt);
  if (state.kind === 'unborn') await withdrawAttempt(state.attempt, state.claim);
  return state.kind === 'unborn' || state.kind === 'starting' ? 'wait' : 'attached';
}

async function startClaimed(job: JobFiles, claimed: ClaimedAttempt, options: StartOptions): Promise<void> {
  const { attempt, claim, spec } = claimed;
  try {
    await demandNewest(job, claimed);
    await endFormer(job, attempt, options.graceMilliseconds);
    const fence = await prepareAttempt(job, claimed, options);
    await demandNewest(job, claimed);
    const { secrets, masked, tracking } = options;
    const token = tracking === null ? {} : { MLFLOW_TRACKING_TOKEN: await tracking.tokenOf(spec.runId) };
    await spawnSupervisor(attempt, { claim, secrets: { ...token, ...secrets }, masked });
    options.log.info({ job: spec.name, attempt: attempt.number, fence }, 'a trainer was started');
  } catch (error) {
    await withdrawAttempt(attempt, claim);
    throw error;
  }
}

/** Two that claim different attempts at once each look for the other after the claim, so that the lower one yields. */
async function demandNewest(job: JobFiles, claimed: ClaimedAttempt): Promise<void> {
  const { spec } = claimed;
  const newest = await newestAttempt(job);
  if (newest !== undefined && newest.number > spec.attempt) throw stale(spec, newest);
  await demandClaim(claimed);
}

async function endFormer(job: JobFiles, attempt: AttemptFiles, graceMilliseconds: number): Promise<void> {
  const former = (await allAttempts(job)).filter(({ number }) => number < attempt.number);
  for (const one of former) {
    const state = await attemptState(one);
    if (state.kind !== 'ended') await endAttempt(one, graceMilliseconds);
    await discard(one.output);
  }
  for (const one of former.slice(0, -keptAttempts)) await discard(one.folder);
}

function stale(spec: JobSpec, newest: AttemptFiles): LaurelError {
  return new LaurelError(
    'StaleFence',
    `attempt ${spec.attempt} of job ${spec.name} is not started because attempt ${newest.number} is there already.`,
  );
}
