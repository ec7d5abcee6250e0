import type { StepContext, TrainingStep } from '@laurel/contracts';
import { codeVersion, isLaurelError } from '@laurel/contracts';
import type { RunId } from '@laurel/domain';
import type { Runs } from '@laurel/ports';
import { digestOf } from './digest.js';

/**
 * Runs a step of a training unless its output for the same inputs is stored. `inputs` is everything the output
 * depends on; a changed version of Laurel counts as a changed input. `rerun` in the context works anew and replaces.
 */
export async function remember<T>(
  runs: Runs,
  step: { readonly name: TrainingStep; readonly context: StepContext; readonly inputs: unknown },
  work: () => Promise<T>,
): Promise<T> {
  const { name, context, inputs } = step;
  const key = {
    project: context.project,
    step: name,
    inputDigest: digestOf({ step: name, inputs, codeVersion }),
    runId: context.runId,
  };
  await runs.update(context.runId, { step: name });
  if (!context.rerun) {
    const stored = await runs.findStep(key);
    if (stored !== undefined) return stored as T;
  }
  return (await runs.saveStep(key, await explained(runs, context.runId, work), { replace: context.rerun })) as T;
}

/** A step that will be tried again (a full disk, a database that is away) says in the run's row what it waits for. */
async function explained<T>(runs: Runs, runId: RunId, work: () => Promise<T>): Promise<T> {
  try {
    const output = await work();
    await runs.update(runId, { code: null, message: null });
    return output;
  } catch (error) {
    if (isLaurelError(error) && error.retryable) await runs.update(runId, { code: error.code, message: error.message });
    throw error;
  }
}
