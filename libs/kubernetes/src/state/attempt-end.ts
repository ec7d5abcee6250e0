import type { V1Job, V1JobCondition, V1Pod } from '@kubernetes/client-node';
import type { EndCause, JobOutcome } from '@laurel/domain';
import { limitsIn } from '../manifest/attempt-limits.js';
import { annotations } from '../names.js';
import { disruptionOf, nameOf, newestOfEachRank, rankOf, trainerEnd } from './pods.js';
import { type LastWords, type RankEnd, rankEnd } from './rank-end.js';

/** An end short of a model. */
export type AttemptEnd = Extract<JobOutcome, { kind: 'ended' }>;

/** A Job, its pods (those that were seen and are gone included), and what ended pods had said, by pod name. */
export interface ObservedAttempt {
  readonly job: V1Job;
  readonly pods: readonly V1Pod[];
  readonly said: { readonly [pod: string]: LastWords };
}

/** Whether the Job controller counts every worker as done. */
export function hasSucceeded(job: V1Job): boolean {
  return jobCondition(job, 'Complete') !== undefined || jobCondition(job, 'SuccessCriteriaMet') !== undefined;
}

/** Whether the Job controller has given the Job up; its pods may still be stopping. */
export function hasFailed(job: V1Job): boolean {
  return jobCondition(job, 'Failed') !== undefined || jobCondition(job, 'FailureTarget') !== undefined;
}

export function isSuspended(job: V1Job): boolean {
  return job.spec?.suspend === true;
}

/** The outcome that a launcher wrote into the Job, before it stopped the pods or after they had ended. */
export function writtenOutcome(job: V1Job): JobOutcome | undefined {
  const text = job.metadata?.annotations?.[annotations.outcome];
  return text === undefined ? undefined : (JSON.parse(text) as JobOutcome);
}

/**
 * Why an attempt ended without a model, or is ending; `undefined` while it may go on and after it succeeded. A machine
 * that was taken explains everything else, because the other workers fail for the lack of it.
 */
export function attemptEnd({ job, pods: all, said }: ObservedAttempt): AttemptEnd | undefined {
  if (hasSucceeded(job) || isSuspended(job)) return undefined;
  const pods = newestOfEachRank(all);
  const ends = pods.map((pod) => rankEnd(pod, said[nameOf(pod)])).filter((end) => end !== undefined);
  const taken = pods.some((pod) => disruptionOf(pod) !== undefined);
  const first = firstOf(ends);
  if (taken && first !== undefined) return ended(job, pods, first);
  if (!hasFailed(job)) return undefined;
  const failure = jobCondition(job, 'Failed') ?? jobCondition(job, 'FailureTarget');
  if (failure?.reason === 'DeadlineExceeded') {
    return { kind: 'ended', cause: 'deadline', exitCode: exitCodeOfFirstRank(pods), message: lateMessage(job) };
  }
  return first === undefined ? unexplained(failure) : ended(job, pods, first);
}

function jobCondition(job: V1Job, type: string): V1JobCondition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

/** Lower explains more. Ranks fail for the lack of each other, and times are known to the second only. */
const weights: { readonly [cause in EndCause]?: number } = { nodeLost: 0, killed: 2, crashed: 4, peerLost: 5 };

function weightOf(end: RankEnd): number {
  if (end.announced) return 0;
  if (end.follows) return 6;
  if (end.cause === 'disrupted') return end.exitCode === 143 ? 3 : 0;
  return weights[end.cause] ?? 1;
}

function firstOf(ends: readonly RankEnd[]): RankEnd | undefined {
  return ends.toSorted((a, b) => weightOf(a) - weightOf(b) || a.at - b.at || a.rank - b.rank)[0];
}

function ended(job: V1Job, pods: readonly V1Pod[], { cause, rank, message, exitCode }: RankEnd): AttemptEnd {
  const limits = limitsIn(job);
  const whose = (limits?.workers ?? 1) > 1 ? `rank ${rank}: ` : '';
  const code = rank === 0 ? exitCode : exitCodeOfFirstRank(pods);
  return { kind: 'ended', cause, exitCode: code, message: `${whose}${message.replace(/[.\s]+$/, '')}.` };
}

/** The Job controller gave up, and the pods that would say why are gone: somebody removed them. */
function unexplained(failure: V1JobCondition | undefined): AttemptEnd {
  const message = `the pods were removed by somebody before they ended (${failure?.reason ?? 'no reason given'}: ${failure?.message ?? ''}).`;
  return { kind: 'ended', cause: 'disrupted', exitCode: null, message };
}

function lateMessage(job: V1Job): string {
  const allowed = limitsIn(job)?.deadlineMilliseconds;
  const length = allowed === undefined ? '' : ` (${Math.round(allowed / 1_000)} s)`;
  return `the trainer did not end within spec.training.deadline${length} and was stopped.`;
}

/** Of the newest pod of rank 0; `null` while it runs and when it is gone. */
export function exitCodeOfFirstRank(pods: readonly V1Pod[]): number | null {
  const first = newestOfEachRank(pods).find((pod) => rankOf(pod) === 0);
  return first === undefined ? null : (trainerEnd(first)?.exitCode ?? null);
}
