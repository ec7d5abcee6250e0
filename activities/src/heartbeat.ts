import { Context } from '@temporalio/activity';

const lastDetails = new WeakMap<Context, unknown>();

/** Tells Temporal how far the current activity is; the details stand until the next call. */
export function heartbeat(details: unknown): void {
  const context = Context.current();
  lastDetails.set(context, details);
  context.heartbeat(details);
}

/**
 * Repeats the last details three times per heartbeat time-out, so that an activity that waits is not taken for lost and
 * hears of its cancellation. Returns how to stop.
 */
export function keepBeating(context: Context): () => void {
  const timeout = context.info.heartbeatTimeoutMs;
  if (timeout === undefined || timeout === 0) return () => undefined;
  const timer = setInterval(() => context.heartbeat(lastDetails.get(context)), timeout / 3);
  return () => clearInterval(timer);
}
