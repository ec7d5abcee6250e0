import { CancellationScope, TemporalFailure } from '@temporalio/workflow';

/** Runs lanes side by side. When one breaks, the others are cancelled and waited for; then its error is thrown. */
export async function inLanes(count: number, lane: () => Promise<void>): Promise<void> {
  const scope = new CancellationScope();
  const errors: unknown[] = [];
  const run = async () => {
    try {
      await lane();
    } catch (error) {
      // A bug fails the workflow task, and what runs in the other lanes waits for a corrected worker.
      if (!(error instanceof TemporalFailure)) throw error;
      errors.push(error);
      scope.cancel();
    }
  };
  await scope.run(() => Promise.all(Array.from({ length: count }, run)));
  if (errors.length > 0) throw errors[0];
}
