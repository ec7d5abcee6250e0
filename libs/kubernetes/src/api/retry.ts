import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import { type ApiFailure, readFailure, translated } from './api-failures.js';

/** How long a request may take, and how long an API server that does not answer is waited for. */
export interface Patience {
  readonly requestMilliseconds: number;
  readonly budgetMilliseconds: number;
}

/** Longer than an API server takes to be replaced; Temporal tries the activity again after that. */
export const usualPatience: Patience = { requestMilliseconds: 30_000, budgetMilliseconds: 120_000 };

const firstDelay = 250;
const longestDelay = 8_000;
const longestRetryAfter = 30_000;

export interface Insistence {
  /** What is asked, for the message: "create Job churn-1". */
  readonly what: string;
  readonly patience: Patience;
  /** What goes on while the API server is away, for the message; by default, what is true of jobs. */
  readonly meanwhile?: string;
  /** Gives up at once. */
  readonly signal?: AbortSignal;
  readonly onRetry?: (details: {
    readonly what: string;
    readonly reason: string;
    readonly milliseconds: number;
  }) => void;
}

/**
 * Asks the API server until it answers. Waits as long as it says (429), else twice as long each time (5xx, no
 * connection, no answer in time). Errors: what it answered, translated; `DependencyUnavailable` when patience ends.
 */
export async function insistently<T>(ask: (signal: AbortSignal) => Promise<T>, insistence: Insistence): Promise<T> {
  const { patience, what, signal } = insistence;
  const until = performance.now() + patience.budgetMilliseconds;
  for (let number = 0; ; number += 1) {
    const timeout = AbortSignal.timeout(patience.requestMilliseconds);
    try {
      return await ask(signal === undefined ? timeout : AbortSignal.any([timeout, signal]));
    } catch (error) {
      signal?.throwIfAborted();
      const failure = readFailure(error);
      if (!failure.transient) throw translated(failure, what, error);
      const milliseconds = delayBefore(number, failure);
      if (performance.now() + milliseconds > until) throw exhausted(failure, insistence, error);
      insistence.onRetry?.({ what, reason: failure.message, milliseconds });
      await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** Half of it by chance, so that workers that lost the API server together do not come back together. */
export function delayBefore(number: number, { retryAfterMilliseconds }: ApiFailure): number {
  if (retryAfterMilliseconds !== null) return Math.min(longestRetryAfter, Math.max(firstDelay, retryAfterMilliseconds));
  const longest = Math.min(longestDelay, firstDelay * 2 ** number);
  return Math.round(longest / 2 + (Math.random() * longest) / 2);
}

const jobsRunOn = 'jobs run on, and Laurel attaches to them when it answers';

function exhausted({ message }: ApiFailure, insistence: Insistence, cause: unknown): LaurelError {
  const { what, patience, meanwhile = jobsRunOn } = insistence;
  const seconds = Math.round(patience.budgetMilliseconds / 1_000);
  return new LaurelError(
    'DependencyUnavailable',
    `the cluster's API server did not ${what} within ${seconds} s (${message}); ${meanwhile}.`,
    { cause },
  );
}
