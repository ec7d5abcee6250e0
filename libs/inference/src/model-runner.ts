import { isLaurelError, trainerFiles } from '@laurel/contracts';
import type { ModelSignature, Prediction, Row } from '@laurel/domain';
import type { ModelRunner, RunnableModel } from '@laurel/ports';
import { coerceRows } from './coerce.js';
import { inspectModel } from './model-safety.js';
import { readPredictions } from './predict.js';
import { openSession, type Session } from './session.js';
import { warmRows } from './warm-rows.js';

/** Where a runner tells what it loaded. */
export interface RunnerLog {
  info(details: object, message: string): void;
}

/** A long batch is run in pieces of this many rows, so that the process stays responsive. */
const maximumBatch = 1024;

const warmRuns = 3;

/**
 * A runner of ONNX models in this process. `intraOpThreads` (default 1) times the number of processes should not exceed
 * the cores.
 */
export function createModelRunner(options: { log?: RunnerLog; intraOpThreads?: number } = {}): ModelRunner {
  return {
    load: async (verified) => {
      const startedAt = performance.now();
      const { signature } = verified.manifest;
      const model = await verified.read(trainerFiles.model);
      inspectModel(model);
      const session = await openSession(model, { signature, threads: options.intraOpThreads ?? 1 });
      const runnable = runnableModel(session, signature);
      await warm(runnable);
      const milliseconds = Math.round(performance.now() - startedAt);
      options.log?.info({ digest: verified.digest, bytes: model.byteLength, milliseconds }, 'model loaded');
      return runnable;
    },
  };
}

function runnableModel(session: Session, signature: ModelSignature): RunnableModel {
  async function predictBatch(rows: readonly Row[], firstRow: number): Promise<readonly Prediction[]> {
    if (rows.length === 0) return [];
    return readPredictions(rows.length, signature, await session.run(coerceRows(rows, signature, firstRow)));
  }
  return {
    signature,
    predict: async (rows) => {
      if (rows.length <= maximumBatch) return predictBatch(rows, 0);
      const predictions: Prediction[] = [];
      for (let start = 0; start < rows.length; start += maximumBatch) {
        predictions.push(...(await predictBatch(rows.slice(start, start + maximumBatch), start)));
      }
      return predictions;
    },
    release: () => session.release(),
  };
}

/** Made-up rows pay the first-run costs; that they make no sense to the model is no fault of it. */
async function warm(model: RunnableModel): Promise<void> {
  for (let run = 0; run < warmRuns; run++) {
    try {
      await model.predict(warmRows(model.signature));
    } catch (error) {
      if (isLaurelError(error) && error.code === 'ModelOutputInvalid') continue;
      await model.release();
      throw error;
    }
  }
}
