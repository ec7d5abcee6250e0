import { isLaurelError } from '@laurel/contracts';
import { type Context as ActivityContext, ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { keepBeating } from './heartbeat.js';

type Execute<I> = (input: I) => Promise<unknown>;

/** Gives errors of the one table their Temporal shape: the code as type, retryable as the table says. */
function coded(error: unknown): unknown {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure || !isLaurelError(error)) return error;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    ...(error.details.length === 0 ? {} : { details: [error.details] }),
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
}

/**
 * What every activity does: heartbeats while it works, so that a lost worker is noticed within the heartbeat time-out
 * and a cancellation is delivered, and translates errors.
 */
export function activityInterceptors(context: ActivityContext) {
  return {
    inbound: {
      async execute<I>(input: I, next: Execute<I>): Promise<unknown> {
        const stop = keepBeating(context);
        try {
          return await next(input);
        } catch (error) {
          throw coded(error);
        } finally {
          stop();
        }
      },
    },
  };
}
