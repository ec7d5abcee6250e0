import { type SignsOfLife, silentFor } from '@laurel/domain';
import type { AttemptLimits } from '../manifest/attempt-limits.js';
import type { AttemptEnd } from './attempt-end.js';
import type { Waiting } from './waiting.js';

/** What the launcher judges a live attempt by; times in milliseconds of one clock. */
export interface Judged {
  readonly limits: AttemptLimits;
  readonly waiting: Waiting | undefined;
  /** When the last of the workers began to run; `null` while one of them does not. */
  readonly runningSince: number | null;
  readonly signs: SignsOfLife;
  readonly image: string;
}

/** Why a live attempt is to be stopped; `undefined` when it may go on. Only an attempt that runs can hang. */
export function verdictOn(judged: Judged, now: number): Omit<AttemptEnd, 'exitCode' | 'kind'> | undefined {
  const { limits, waiting, runningSince, signs } = judged;
  if (waiting !== undefined) return verdictOnWaiting(waiting, judged, now);
  if (runningSince === null) return undefined;
  if (now - runningSince > limits.deadlineMilliseconds) {
    return {
      cause: 'deadline',
      message: `the trainer did not end within spec.training.deadline (${lengthOf(limits.deadlineMilliseconds)}) and was stopped.`,
    };
  }
  if (silentFor(signs, now) <= limits.silenceMilliseconds) return undefined;
  const what = signs.step === null ? 'said nothing' : `made no step after ${signs.step}`;
  return {
    cause: 'hung',
    message: `the trainer ${what} for longer than spec.training.silence (${lengthOf(limits.silenceMilliseconds)}) and was stopped.`,
  };
}

function verdictOnWaiting(
  { becomes, reason, since, hopeless }: Waiting,
  { limits, image }: Judged,
  now: number,
): Omit<AttemptEnd, 'exitCode' | 'kind'> | undefined {
  const late = since !== null && now - since > limits.pendingMilliseconds;
  if (!late && !hopeless) return undefined;
  const length = hopeless ? '' : ` within spec.training.pending (${lengthOf(limits.pendingMilliseconds)})`;
  const words = reason.replace(/[.\s]+$/, '');
  const what = {
    badImage: `image ${image} could not be pulled`,
    notStarted: "the trainer's pod did not start",
    unschedulable: 'no node took the trainer',
  } as const;
  return { cause: becomes, message: `${what[becomes]}${length}: ${words}.` };
}

function lengthOf(milliseconds: number): string {
  if (milliseconds >= 120_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${Math.round(milliseconds / 100) / 10} s`;
}
