import type { RunTrial } from '@laurel/contracts';
import { type Digest, milliseconds, pendingMilliseconds, watchedMetric } from '@laurel/domain';
import { CancellationScope, condition, isCancellation, TemporalFailure } from '@temporalio/workflow';
import { followingFor } from '../activity-proxies.js';

/** Orders to stop a trial, of people or of its sweep. */
export interface StopOrders {
  /** `null` while nobody asked. */
  reason(): string | null;
}

type Trained =
  | { readonly kind: 'trained'; readonly output: Digest }
  | { readonly kind: 'pruned'; readonly reason: string };

type Stop =
  | { readonly kind: 'none' }
  | { readonly kind: 'prune'; readonly reason: string }
  | { readonly kind: 'broken'; readonly error: unknown };

/**
 * Trains until the end, or until the trial should stop: because it is behind the others, or because somebody asked. A
 * stop cancels the training and waits until its job is gone. A training that ends first has ended.
 */
export async function trainOrPrune(
  input: RunTrial,
  orders: StopOrders,
  train: () => Promise<Digest>,
): Promise<Trained> {
  const training = new CancellationScope();
  const watching = new CancellationScope();
  const seen: { stop: Stop } = { stop: { kind: 'none' } };
  const watch = watching.run(async () => {
    seen.stop = await firstStop(input, orders);
    if (seen.stop.kind !== 'none') training.cancel();
  });
  try {
    return { kind: 'trained', output: await training.run(train) };
  } catch (error) {
    const { stop } = seen;
    if (stop.kind === 'none' || !(error instanceof TemporalFailure)) throw error;
    if (stop.kind === 'broken') throw stop.error;
    return { kind: 'pruned', reason: stop.reason };
  } finally {
    watching.cancel();
    await watch;
  }
}

/** Waits for a reason to stop; `none` when the waiting itself was cancelled. */
async function firstStop(input: RunTrial, orders: StopOrders): Promise<Stop> {
  try {
    return { kind: 'prune', reason: await Promise.race(watchesOf(input, orders)) };
  } catch (error) {
    return isCancellation(error) ? { kind: 'none' } : { kind: 'broken', error };
  }
}

function watchesOf({ trial, sweep, model }: RunTrial, orders: StopOrders): readonly Promise<string>[] {
  const asked = condition(() => orders.reason() !== null).then(() => orders.reason() ?? '');
  if (watchedMetric(sweep) === null) return [asked];
  const { training } = model.spec;
  const limit = milliseconds(training.deadline) + pendingMilliseconds(training);
  const behind = followingFor(limit).followTrial({ trial, sweep, model });
  return [asked, behind.then(({ reason }) => reason)];
}
