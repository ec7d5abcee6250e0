import { ApplicationFailure, CancellationScope, log, TemporalFailure } from '@temporalio/workflow';

type Undo = { readonly step: string; readonly run: () => Promise<unknown> };

/** Registers how to undo a step, before the step is done. The undo must be harmless when the step never ran. */
export type RegisterUndo = (step: string, run: Undo['run']) => void;

/**
 * Runs `body`. If it fails or is cancelled, undoes every step it registered, newest first, shielded from
 * cancellation, and rethrows. A bug (an error that is no Temporal failure) undoes nothing: it fails the
 * workflow task, which waits for a corrected worker. A failed undo is loud: `CompensationFailed` names the steps.
 */
export async function saga<T>(body: (undo: RegisterUndo) => Promise<T>): Promise<T> {
  const undos: Undo[] = [];
  try {
    return await body((step, run) => void undos.unshift({ step, run }));
  } catch (failure) {
    if (!(failure instanceof TemporalFailure)) throw failure;
    const stuck = await CancellationScope.nonCancellable(() => undoAll(undos));
    if (stuck.length === 0) throw failure;
    throw ApplicationFailure.create({
      type: 'CompensationFailed',
      message: `could not undo: ${stuck.join(', ')}`,
      nonRetryable: true,
      details: [{ stuck }],
      cause: failure,
    });
  }
}

async function undoAll(undos: readonly Undo[]): Promise<readonly string[]> {
  const stuck: string[] = [];
  for (const { step, run } of undos) {
    try {
      await run();
    } catch (error) {
      log.error('compensation failed', { step, error });
      stuck.push(step);
    }
  }
  return stuck;
}
