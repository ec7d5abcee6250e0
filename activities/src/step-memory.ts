import type { StepContext, TrainingStep } from '@laurel/contracts';
import { codeVersion, isLaurelError } from '@laurel/contracts';
import type { RunId } from '@laurel/domain';
import type { Runs } from '@laurel/ports';
import { digestOf } from './digest.js';

/** A step of a run. `inputs` is everything its output depends on; a changed version of Laurel counts as a changed input. */
export interface RememberedStep {
  readonly name: TrainingStep;
  readonly context: StepContext;
  readonly inputs: unknown;
}

/**
 * Runs a step of a training unless its output for the same inputs is stored. `rerun` in the context works anew and
 * replaces.
 */
export async function remember<T>(runs: Runs, step: RememberedStep, work: () => Promise<T>): Promise<T> {
  const stored = await recall<T>(runs, step);
  if (stored !== undefined) return stored;
  return store(runs, step, await explained(runs, step.context.runId, work));
}

/** Says that the run is at this step; gives its stored output, `undefined` when there is none or it is to be replaced. */
export async function recall<T>(runs: Runs, step: RememberedStep): Promise<T | undefined> {
  await runs.update(step.context.runId, { step: step.name });
  if (step.context.rerun) return undefined;
  return (await runs.findStep(keyOf(step))) as T | undefined;
}

/** Stores the output and returns what is stored: of two equal steps the first one's. */
export async function store<T>(runs: Runs, step: RememberedStep, output: T): Promise<T> {
  return (await runs.saveStep(keyOf(step), output, { replace: step.context.rerun })) as T;
}

function keyOf({ name, context, inputs }: RememberedStep) {
  const inputDigest = digestOf({ step: name, inputs, codeVersion });
  return { project: context.project, step: name, inputDigest, runId: context.runId };
}

/** A step that will be tried again (a full disk, a database that is away) says in the run's row what it waits for. */
export async function explained<T>(runs: Runs, runId: RunId, work: () => Promise<T>): Promise<T> {
  try {
    const output = await work();
    await runs.update(runId, { code: null, message: null });
    return output;
  } catch (error) {
    if (isLaurelError(error) && error.retryable) await runs.update(runId, { code: error.code, message: error.message });
    throw error;
  }
}
