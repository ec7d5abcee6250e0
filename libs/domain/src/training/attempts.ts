import { milliseconds } from '../duration.js';
import type { TrainingSpec } from '../project/project-spec.js';
import { type EndCode, endRules } from './end-rules.js';
import type { Placement } from './job.js';
import type { EndCause } from './job-end.js';

/** How often a run may start its trainer, and where. */
export interface AttemptPolicy {
  /** Charged ends allowed, the last one included. */
  readonly maximumAttempts: number;
  /** Whether the first attempt may run on capacity that can be taken away. */
  readonly spot: boolean;
  /** Disruptions on spot capacity after which the run moves to capacity that stays. */
  readonly fallbackAfterPreemptions: number;
  /** Longest time the trainer may run, all attempts together. */
  readonly deadlineMilliseconds: number;
}

/** What is remembered of a run's attempts: of one size however many there were, so that a workflow can carry it along. */
export interface AttemptHistory {
  /** Number of the attempt that runs or is to be started; the first is 1. */
  readonly attempt: number;
  readonly placement: Placement;
  /** Ends that counted against the policy. */
  readonly charged: number;
  /** Disruptions on spot capacity. */
  readonly disruptions: number;
  /** Ends in a row that made no new step. */
  readonly idleEnds: number;
  /** Kills among them. */
  readonly idleKills: number;
  /** Highest step any attempt reached. */
  readonly highestStep: number;
  /** Step of the newest checkpoint known of. */
  readonly checkpointStep: number;
  /** Steps that were done and are to be done again. */
  readonly lostSteps: number;
  /** Time that trainers ran. */
  readonly ranMilliseconds: number;
}

/** How one attempt ended short of a model, and how far it had come. */
export interface AttemptEnd {
  readonly cause: EndCause;
  /** One sentence: what happened. */
  readonly message: string;
  readonly step: number;
  /** `null` when the attempt knew of none. */
  readonly checkpointStep: number | null;
  readonly ranMilliseconds: number;
}

export type AttemptDecision =
  | {
      readonly kind: 'again';
      readonly history: AttemptHistory;
      readonly charged: boolean;
      readonly delayMilliseconds: number;
    }
  | {
      readonly kind: 'giveUp';
      readonly history: AttemptHistory;
      readonly charged: boolean;
      readonly code: EndCode;
      /** What happened, how often, and what to do. */
      readonly message: string;
    };

/** Kills in a row without a new step from which on they are charged. */
const patienceWithKills = 3;
const delays = {
  /** After a charged end; doubles with each, up to `longestCharged`. */
  charged: 5_000,
  longestCharged: 300_000,
  /** After the second free end in a row without a new step; doubles with each, up to `longestFree`. */
  free: 1_000,
  longestFree: 10_000,
} as const;

/** What a project says about its trainer's attempts. */
export function attemptPolicy(training: TrainingSpec): AttemptPolicy {
  return {
    maximumAttempts: training.retry.maximumAttempts,
    spot: training.spot?.enabled ?? false,
    fallbackAfterPreemptions: training.spot?.fallbackAfterPreemptions ?? 5,
    deadlineMilliseconds: milliseconds(training.deadline),
  };
}

/** Longest wait for a machine, also in projects that were stored before `spec.training.pending` was there. */
export function pendingMilliseconds({ pending }: Pick<TrainingSpec, 'pending'>): number {
  return milliseconds(pending ?? '30m');
}

/** Where every run begins. */
export function firstAttempt(policy: AttemptPolicy): AttemptHistory {
  return {
    attempt: 1,
    placement: policy.spot ? 'spot' : 'onDemand',
    charged: 0,
    disruptions: 0,
    idleEnds: 0,
    idleKills: 0,
    highestStep: 0,
    checkpointStep: 0,
    lostSteps: 0,
    ranMilliseconds: 0,
  };
}

/** Whether and how the run goes on after an attempt ended without a model. Only failures of the trainer are charged. */
export function nextAttempt(history: AttemptHistory, end: AttemptEnd, policy: AttemptPolicy): AttemptDecision {
  const rule = endRules[end.cause];
  const movesAway = history.placement === 'spot' && end.cause === 'unschedulable';
  const before = remember(history, end);
  const charged = !movesAway && isCharged(end.cause, before);
  const after: AttemptHistory = { ...before, charged: before.charged + (charged ? 1 : 0) };
  const late = after.ranMilliseconds >= policy.deadlineMilliseconds;
  if (!movesAway && (!rule.again || after.charged >= policy.maximumAttempts)) {
    return { kind: 'giveUp', history: after, charged, code: rule.code, message: lastWord(end, after, policy) };
  }
  if (late) {
    const message = `the trainer ran for the whole of spec.training.deadline (${after.attempt} attempts); ${endRules.deadline.advice}.`;
    return { kind: 'giveUp', history: after, charged, code: endRules.deadline.code, message };
  }
  const placement = movesAway || after.disruptions >= policy.fallbackAfterPreemptions ? 'onDemand' : after.placement;
  const next = { ...after, attempt: after.attempt + 1, placement };
  return { kind: 'again', history: next, charged, delayMilliseconds: delayAfter(after, charged) };
}

function remember(history: AttemptHistory, end: AttemptEnd): AttemptHistory {
  const moved = end.step > history.highestStep;
  const checkpointStep = Math.max(history.checkpointStep, end.checkpointStep ?? 0);
  const taken = end.cause === 'disrupted' || end.cause === 'nodeLost';
  return {
    ...history,
    disruptions: history.disruptions + (taken && history.placement === 'spot' ? 1 : 0),
    idleEnds: moved ? 0 : history.idleEnds + 1,
    idleKills: moved ? 0 : history.idleKills + (end.cause === 'killed' ? 1 : 0),
    highestStep: Math.max(history.highestStep, end.step),
    checkpointStep,
    lostSteps: history.lostSteps + Math.max(0, end.step - checkpointStep),
    ranMilliseconds: history.ranMilliseconds + end.ranMilliseconds,
  };
}

function isCharged(cause: EndCause, after: AttemptHistory): boolean {
  const { charge } = endRules[cause];
  return charge === 'always' || (charge === 'whenStuck' && after.idleKills >= patienceWithKills);
}

/** A machine that was taken is no reason to wait; a start that leads nowhere is, a little longer each time. */
function delayAfter(history: AttemptHistory, charged: boolean): number {
  if (charged) return Math.min(delays.longestCharged, delays.charged * 2 ** (history.charged - 1));
  if (history.idleEnds < 2) return 0;
  return Math.min(delays.longestFree, delays.free * 2 ** (history.idleEnds - 2));
}

function lastWord(end: AttemptEnd, history: AttemptHistory, policy: AttemptPolicy): string {
  const rule = endRules[end.cause];
  const times = rule.again && policy.maximumAttempts > 1 ? ` (${history.charged} failed attempts)` : '';
  return `${end.message.replace(/[.;\s]+$/, '')}${times}; ${rule.advice}.`;
}
