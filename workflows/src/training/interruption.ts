import {
  CancellationScope,
  CancelledFailure,
  ContinueAsNew,
  isCancellation,
  TemporalFailure,
} from '@temporalio/workflow';
import { type CodedFailure, codedFailure } from '../failures.js';

/** What ended a run before its last step; `error` is what its workflow closes with. */
export type Interruption =
  | { readonly kind: 'cancelled'; readonly error: unknown }
  | ({ readonly kind: 'failed' } & CodedFailure);

/**
 * What an error says about a run. Throws it when it is no end of the run: a bug waits for a corrected worker, and a history
 * that grew too long goes on in a new one.
 */
export function interruptionOf(error: unknown): Interruption {
  if (isCancellation(error)) return { kind: 'cancelled', error };
  // A step that fails while it is being cancelled (its worker has died) fails as itself, not as a cancellation.
  const mayBeLate = error instanceof TemporalFailure || error instanceof ContinueAsNew;
  if (mayBeLate && CancellationScope.current().consideredCancelled) {
    return { kind: 'cancelled', error: new CancelledFailure('the run was cancelled') };
  }
  const failure = codedFailure(error);
  if (failure === undefined) throw error;
  return { kind: 'failed', ...failure };
}
