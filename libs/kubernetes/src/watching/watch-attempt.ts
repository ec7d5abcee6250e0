import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { JobOutcome, JobProgress } from '@laurel/domain';
import { isNotFound } from '../api/api-failures.js';
import type { Cluster } from '../api/cluster.js';
import type { AttemptLimits } from '../manifest/attempt-limits.js';
import { labels, selectorOf } from '../names.js';
import { attemptEnd, exitCodeOfFirstRank, hasFailed, hasSucceeded, writtenOutcome } from '../state/attempt-end.js';
import { isActive, startedAt } from '../state/pods.js';
import { verdictOn } from '../state/supervise.js';
import { type Waiting, waitingFor } from '../state/waiting.js';
import { type Bell, createBell } from './bell.js';
import { createFirstRankLog, type FirstRankLog } from './first-rank-log.js';
import { type Mirror, mirrorAttempt } from './mirror.js';
import { createPodCensus, type PodCensus } from './missing-pods.js';
import { type Place, placeAfter, placeAtStart, placeIn, placeInNewPod, placeWhileWaiting } from './place.js';
import { readLastWords, readOutput } from './read-last-words.js';
import { writeOutcome } from './write-outcome.js';

export interface WatchedAttempt {
  readonly cluster: Cluster;
  /** The job's name as Laurel knows it. */
  readonly name: string;
  readonly job: V1Job;
  readonly limits: AttemptLimits;
  readonly graceMilliseconds: number;
  readonly signal: AbortSignal;
}

/** What one look at an attempt goes by. */
interface Scene {
  readonly attempt: WatchedAttempt;
  readonly mirror: Mirror;
  readonly log: FirstRankLog;
  readonly census: PodCensus;
  readonly bell: Bell;
}

/** Beyond the grace, for a node to say that its pods are gone; a node that is lost itself says nothing. */
const quietMilliseconds = 15_000;
const longestLook = 1_000;

/**
 * Follows one attempt: its progress as its first rank tells it, and what it waits for. Judges it meanwhile (hung, too
 * long, waiting in vain, its machine taken), and at the end writes the outcome into the Job. Ends with the attempt, when
 * its Job is removed, and when `signal` aborts.
 */
export async function* watchAttempt(attempt: WatchedAttempt): AsyncIterable<JobProgress> {
  const leaving = new AbortController();
  const signal = AbortSignal.any([attempt.signal, leaving.signal]);
  const bell = createBell();
  attempt.signal.addEventListener('abort', bell.ring, { once: true });
  const { cluster, name, limits } = attempt;
  const selector = `${selectorOf(name)},${labels.attempt}=${limits.attempt}`;
  const mirror = mirrorAttempt({ cluster, selector, signal, onChange: bell.ring });
  const log = createFirstRankLog({ cluster, pods: mirror.pods, signal, onChange: bell.ring });
  try {
    await mirror.ready;
    yield* look({ attempt, mirror, log, bell, census: createPodCensus(cluster, signal) });
  } catch (error) {
    if (!attempt.signal.aborted) throw error;
  } finally {
    attempt.signal.removeEventListener('abort', bell.ring);
    leaving.abort();
  }
}

async function* look(scene: Scene): AsyncIterable<JobProgress> {
  const { attempt, mirror, bell } = scene;
  let place = placeAtStart(attempt.job, Date.now());
  let told: JobProgress | undefined;
  let endingSince: number | undefined;
  while (!attempt.signal.aborted) {
    mirror.check();
    const job = mirror.job();
    if (job === undefined || isRemoved(job, mirror)) return;
    const waiting = waitingIn(job, scene);
    const seen = readPlace(place, scene, waiting);
    place = seen.place;
    for (const progress of seen.told) yield (told = progress);
    const ending = isEnding(job);
    if (ending) endingSince ??= performance.now();
    else await judge(job, scene, { place, waiting });
    const patience = attempt.graceMilliseconds + quietMilliseconds;
    const late = endingSince !== undefined && performance.now() - endingSince > patience;
    const last = ending && (late || seen.quiet);
    if (place.progress !== told && (told === undefined || last || hasMoved(told, place))) yield (told = place.progress);
    if (last) {
      await conclude(job, scene, place);
      return;
    }
    await bell.heard(Math.min(longestLook, attempt.limits.silenceMilliseconds / 4));
  }
}

function hasMoved(told: JobProgress, { progress }: Place): boolean {
  return told.node !== progress.node || told.waiting !== progress.waiting;
}

function waitingIn(job: V1Job, { mirror, census }: Scene): Waiting | undefined {
  if (isEnding(job)) return undefined;
  const pods = mirror.pods();
  return waitingFor(job, pods, census.missing(job, pods, Date.now()));
}

/** The place after what came in since the last look, and whether that was the last of it. */
function readPlace(place: Place, scene: Scene, waiting: Waiting | undefined) {
  const { mirror, log } = scene;
  const pods = mirror.pods();
  const now = Date.now();
  const turned = log.turn(pods) ? placeInNewPod(place, now) : place;
  // Asked before the lines are taken: those that come while the caller is told are left for the next look.
  const quiet = isQuiet(scene);
  const { lines, live } = log.take();
  const read = placeAfter(turned, lines, live ? now : null);
  const inCluster = placeIn(read.place, pods, waiting?.reason ?? null);
  const waits = waiting !== undefined || runningSince(pods) === null;
  return { quiet, told: read.told, place: waits ? placeWhileWaiting(inCluster, now) : inCluster };
}

/** Whether the attempt's end is certain, if not yet its cause. */
function isEnding(job: V1Job): boolean {
  return writtenOutcome(job) !== undefined || hasFailed(job) || hasSucceeded(job);
}

/** Whether somebody has removed the Job before it ended, and its pods are gone: there is nothing to say of it. */
function isRemoved(job: V1Job, mirror: Mirror): boolean {
  return !isEnding(job) && mirror.pods().length === 0 && job.metadata?.deletionTimestamp !== undefined;
}

/** Whether nothing of the attempt runs any more and all of its log has been read. */
function isQuiet({ mirror, log }: Scene): boolean {
  return log.finished() && !mirror.pods().some(isActive);
}

/** Stops a live attempt that must not go on. */
async function judge(
  job: V1Job,
  { attempt, mirror }: Scene,
  { place, waiting }: { readonly place: Place; readonly waiting: Waiting | undefined },
): Promise<void> {
  const { limits, cluster } = attempt;
  const pods = mirror.pods();
  const judged = { limits, waiting, signs: place.signs, runningSince: runningSince(pods), image: imageOf(job) };
  const taken = attemptEnd({ job, pods: [...mirror.gone(), ...pods], said: {} });
  const verdict = taken ?? verdictOn(judged, Date.now());
  if (verdict === undefined) return;
  const isSilent = verdict.cause === 'hung' || verdict.cause === 'deadline';
  const lost = isSilent ? await lostNodeOf(cluster, pods) : undefined;
  const { cause, message } = lost ?? verdict;
  const { checkpointStep } = place.progress;
  const outcome: JobOutcome = { kind: 'ended', cause, message, exitCode: null };
  await writeOutcome(cluster, job, { outcome: () => outcome, checkpointStep, replace: false });
}

/** A trainer whose machine is gone is as silent as one that hangs, and its pod seems to run until the cluster notices. */
async function lostNodeOf(cluster: Cluster, pods: readonly V1Pod[]) {
  for (const node of new Set(pods.map(({ spec }) => spec?.nodeName ?? ''))) {
    if (node === '' || !(await cluster.isNodeLost(node))) continue;
    return { cause: 'nodeLost', message: `node ${node} of the trainer is gone, or no longer ready.` } as const;
  }
  return undefined;
}

/** Writes how the attempt ended, with all that is known now. */
async function conclude(job: V1Job, { attempt, mirror }: Scene, place: Place): Promise<void> {
  const pods = [...mirror.gone(), ...mirror.pods()];
  const outcome = (current: V1Job) => finalOutcome(current, { cluster: attempt.cluster, pods, place });
  const { checkpointStep } = place.progress;
  try {
    await writeOutcome(attempt.cluster, job, { outcome, checkpointStep, replace: true });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function finalOutcome(
  job: V1Job,
  { cluster, pods, place }: { readonly cluster: Cluster; readonly pods: readonly V1Pod[]; readonly place: Place },
): Promise<JobOutcome> {
  const written = writtenOutcome(job);
  if (written?.kind === 'ended') return { ...written, exitCode: written.exitCode ?? exitCodeOfFirstRank(pods) };
  if (written !== undefined) return written;
  if (hasSucceeded(job)) {
    // A connection that hangs has kept the last lines from the follower.
    const output = place.output ?? (await readOutput(cluster, pods));
    return output === undefined ? lostOutput : { kind: 'done', output };
  }
  return attemptEnd({ job, pods, said: await readLastWords(cluster, pods) }) ?? lostOutput;
}

/** Free and started again: from the newest checkpoint on, it says the digest once more. */
const lostOutput: JobOutcome = {
  kind: 'ended',
  cause: 'nodeLost',
  exitCode: 0,
  message: 'the trainer ended well, but its log, which names the stored output, is gone with its node.',
};

function runningSince(pods: readonly V1Pod[]): number | null {
  const times = pods.filter(isActive).map(startedAt);
  if (times.length === 0 || times.includes(null)) return null;
  return Math.max(...times.map(Number));
}

function imageOf(job: V1Job): string {
  return job.spec?.template.spec?.containers[0]?.image ?? '';
}
