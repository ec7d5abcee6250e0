import { isLaurelError } from '@laurel/contracts';
import type { ModelSignature } from '@laurel/domain';
import { checkOutputs } from './outputs.js';
import type { Session } from './session.js';
import { warmBatch } from './warm-batch.js';

/** Runs that are measured, after one that pays the first-run costs. An odd number has a middle. */
const measuredRuns = 7;
/** A model that is slow enough to tell is not run for longer than this, milliseconds. */
const enoughMilliseconds = 250;

/**
 * Median time of a warm run of `rows` made-up rows, milliseconds. That the values make no sense to the model is no fault
 * of it. Errors: `ModelNotReady` when the runs end the process of the model.
 */
export async function measureRun(session: Session, signature: ModelSignature | null, rows: number): Promise<number> {
  const batch = warmBatch(session.inputs, rows);
  const times: number[] = [];
  const startedAt = performance.now();
  for (let run = 0; run <= measuredRuns; run++) {
    try {
      checkOutputs(await session.run(batch), rows, signature);
    } catch (error) {
      if (!isLaurelError(error) || error.code !== 'ModelOutputInvalid') throw error;
    }
    if (run > 0) times.push(session.lastRunMilliseconds());
    if (run > 0 && performance.now() - startedAt > enoughMilliseconds) break;
  }
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}
