import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import type { Logger, Meter } from '@laurel/telemetry';
import { createCommitMetric, exposeLogState } from '../log/log-metrics.js';
import { createPredictionLog, defaultLogSettings } from '../log/prediction-log.js';
import type { EventCounters } from '../metrics/event-counters.js';
import type { Served } from '../predictions.js';
import { newProcessName } from '../process-name.js';

/** What is kept of answers, beside the counts. */
export interface AnswerLog {
  served(served: Served): void;
  close(): Promise<void>;
}

export interface AnswerLogParts {
  readonly meter: Meter;
  readonly events: Pick<EventCounters, 'rowsDropped'>;
  readonly log: Logger;
}

/** Keeps every answered row as Parquet under `predictions/` of a folder. Errors: `InvalidInput` for one that cannot be made. */
export async function openAnswerLog(folder: string, { meter, events, log }: AnswerLogParts): Promise<AnswerLog> {
  const root = join(resolve(folder), 'segments');
  try {
    await mkdir(root, { recursive: true });
  } catch (error) {
    const message = `--log ${folder} is no folder that can be written to; name another.`;
    throw new LaurelError('InvalidInput', message, { cause: error });
  }
  const kept = createPredictionLog({
    ...defaultLogSettings,
    objectStore: pathToFileURL(resolve(folder)).href,
    root,
    process: newProcessName(),
    onDropped: (sink, rows) => events.rowsDropped(sink, rows),
    onCommit: createCommitMetric(meter),
    log,
  });
  exposeLogState(meter, () => kept.state());
  return kept;
}
