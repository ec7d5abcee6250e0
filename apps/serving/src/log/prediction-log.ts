import { join } from 'node:path';
import type { ObjectStore, TableEngine } from '@laurel/ports';
import { createAttempt, type OutageLog } from '../outage.js';
import type { Served, Shadowed } from '../predictions.js';
import { isProcessAlive } from '../process-name.js';
import { repeat } from '../repeat.js';
import { type LogLine, linesOfServed, linesOfShadow, type Redaction } from './log-lines.js';
import { createSegments } from './segments.js';
import { adoptOrphans, shipClosed } from './shipper.js';

const commitMilliseconds = 50;
const shipMilliseconds = 5_000;

export interface PredictionLogOptions {
  /** Folder that the serving processes of this machine share. */
  readonly root: string;
  readonly process: string;
  readonly objectStore: ObjectStore;
  readonly tables: Pick<TableEngine, 'importTable'>;
  readonly onDropped: (what: 'lines' | 'segments', count: number) => void;
  readonly log: OutageLog;
  /** Default: keeps every input. */
  readonly redact?: Redaction;
}

/** Keeps every answered row: on this disk within about 50 ms, in the object store within about a minute. */
export interface PredictionLog {
  served(served: Served): void;
  shadowed(shadowed: Shadowed): void;
  /** Writes, closes and ships what there is. */
  close(): Promise<void>;
}

/** A prediction log that starts at once and takes over what dead processes left. A request never waits for it. */
export function createPredictionLog(options: PredictionLogOptions): PredictionLog {
  const { root, process, log, onDropped, redact = (inputs) => inputs } = options;
  const folder = join(root, process);
  const segments = createSegments({ folder, process, onDropped: (lines) => onDropped('lines', lines) });
  const shipper = { ...options, folder, onDropped: (count: number) => onDropped('segments', count) };

  const writing = createAttempt(log, 'writing the prediction log');
  const shipping = createAttempt(log, 'storing the prediction log');

  async function ship(): Promise<void> {
    await adoptOrphans(root, folder, isProcessAlive);
    await shipClosed(shipper);
  }

  const commitLoop = repeat(commitMilliseconds, async () => void (await writing(() => segments.commit())));
  const shipLoop = repeat(shipMilliseconds, async () => void (await shipping(ship)));
  const keep = (lines: readonly LogLine[]) => {
    for (const line of lines) segments.append(line);
  };

  return {
    served: (served) => keep(linesOfServed(served, redact)),
    shadowed: (shadowed) => keep(linesOfShadow(shadowed)),
    close: async () => {
      await commitLoop.stop();
      await writing(() => segments.close());
      await shipLoop.stop();
      await shipping(ship);
    },
  };
}
