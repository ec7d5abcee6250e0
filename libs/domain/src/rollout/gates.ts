import { type Duration, parseDuration } from '../duration.js';

/**
 * A question to another program. `confirm` waits until it answers 2xx; `rollback` is asked from its step on, beside
 * everything that follows, and 2xx turns the rollout back. The kinds are Flagger's `confirm-*` and `rollback` webhooks.
 */
export interface RolloutGate {
  /** Address of a webhook that an admin has registered; its secret signs the question. */
  readonly url: string;
  readonly kind: 'confirm' | 'rollback';
  /** From one answer to the next question. */
  readonly interval: Duration;
  /** For one answer, at most 30 s. */
  readonly timeout: Duration;
}

/** Longest time for one answer: the activity that waits for it must not look lost. */
const longestTimeoutMilliseconds = 30_000;
/** Each question is history of its workflow; a history has room for 50,000 events. */
const mostQuestions = 2_000;

/** What is wrong with a gate of a plan that has to decide before `deadline`. */
export function gateProblems({ interval, timeout }: RolloutGate, deadline: Duration | undefined): string[] {
  const problems: string[] = [];
  const pause = parseDuration(interval) ?? 0;
  const patience = parseDuration(timeout) ?? 0;
  if (!(patience > 0 && patience <= longestTimeoutMilliseconds)) {
    problems.push(`a gate's timeout must be above 0 and at most 30s, it is "${timeout}"`);
  }
  if (!(pause > 0)) problems.push(`a gate's interval must be above 0, it is "${interval}"`);
  else if (deadline !== undefined && (parseDuration(deadline) ?? 0) / pause > mostQuestions) {
    problems.push(
      `a gate asked every ${interval} for ${deadline} is asked more than 2,000 times; give it a longer interval`,
    );
  }
  return problems;
}

/** A gate in a few words. The path of its address may be its password, so only the host is named. */
export function describeGate({ url, kind }: RolloutGate): string {
  return `${kind} gate at ${hostOf(url)}`;
}

/** Host of `url`, for people. */
export function hostOf(url: string): string {
  return /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? 'an address that is none';
}
