import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';
import { type AttemptState, attemptState, claimAttempt, jobState } from './attempts.js';
import { type AttemptFiles, allAttempts, discard, type JobFiles, readSpec } from './job-files.js';
import { prepareAttempt } from './prepare-attempt.js';
import { sameJob } from './same-job.js';
import { killFamily, settleLost } from './settle.js';
import { spawnSupervisor } from './spawn-supervisor.js';
import type { StartOptions } from './start-options.js';
import { endAttempt } from './stop-job.js';

const lookMilliseconds = 25;
/** Former attempts whose files stay, for whoever wants to know what happened. */
const keptAttempts = 5;

/**
 * Brings the attempt to run or to have ended. Of any number of callers in any number of processes one starts it; the others
 * wait until it runs. Lower attempts are ended first; below a higher one nothing starts (`StaleFence`). `foreign`: the
 * attempt is there with another spec, and is left alone.
 */
export async function ensureStarted(
  job: JobFiles,
  spec: JobSpec,
  options: StartOptions,
): Promise<'attached' | 'foreign'> {
  for (;;) {
    const state = await jobState(job);
    if (state.kind !== 'none' && state.attempt.number > spec.attempt) throw stale(spec, state.attempt);
    if (state.kind !== 'none' && state.attempt.number === spec.attempt) {
      const found = await attach(state, spec);
      if (found !== 'wait') return found;
      await delay(lookMilliseconds);
      continue;
    }
    const attempt = await claimAttempt(job, spec);
    if (attempt === undefined) continue;
    await startClaimed(job, { attempt, spec }, options);
    return 'attached';
  }
}

async function attach(state: AttemptState, spec: JobSpec): Promise<'attached' | 'foreign' | 'wait'> {
  const there = await readSpec(state.attempt);
  if (there !== undefined && !sameJob(there, spec)) return 'foreign';
  if (state.kind === 'lost') await settleLost(state.attempt);
  if (state.kind === 'unborn') await discard(state.attempt.folder);
  return state.kind === 'unborn' || state.kind === 'starting' ? 'wait' : 'attached';
}

async function startClaimed(
  job: JobFiles,
  { attempt, spec }: { readonly attempt: AttemptFiles; readonly spec: JobSpec },
  options: StartOptions,
): Promise<void> {
  try {
    await demandNewest(job, spec);
    await endFormer(job, attempt, options.graceMilliseconds);
    const fence = await prepareAttempt(job, { attempt, spec }, options);
    await demandNewest(job, spec);
    const { secrets, masked, tracking } = options;
    const token = tracking === null ? {} : { MLFLOW_TRACKING_TOKEN: await tracking.tokenOf(spec.runId) };
    await spawnSupervisor(attempt, { secrets: { ...token, ...secrets }, masked });
    options.log.info({ job: spec.name, attempt: attempt.number, fence }, 'a trainer was started');
  } catch (error) {
    await killFamily(attempt);
    await discard(attempt.folder);
    throw error;
  }
}

/** Two that claim different attempts at once each look for the other after the claim, so that the lower one yields. */
async function demandNewest(job: JobFiles, spec: JobSpec): Promise<void> {
  const newest = (await allAttempts(job)).at(-1);
  if (newest === undefined || newest.number < spec.attempt)
    throw new LaurelError('Conflict', `job ${spec.name} was removed while it was being started; start it again.`);
  if (newest.number > spec.attempt) throw stale(spec, newest);
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
