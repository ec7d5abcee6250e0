import { join } from 'node:path';
import { createAttempt, type OutageLog } from '../outage.js';
import type { Served, Shadowed } from '../predictions.js';
import { repeat } from '../repeat.js';
import { createGroupCommit } from './group-commit.js';
import { type Entry, samplingId } from './record-facts.js';
import { isSampled } from './sampling.js';
import { createSegmentWriter } from './segment-writer.js';
import { createShipper } from './shipper.js';

const rotateMilliseconds = 1_000;
const shipMilliseconds = 5_000;
const expireMilliseconds = 10 * 60_000;
/** A process that has just come has better things to do than to clear up. */
const settleInMilliseconds = 60_000;
/** In memory, while the disk is slow; then rows are dropped. */
const capacityBytes = 64 * 1024 * 1024;

/** What may be said about a prediction log. */
export interface PredictionLogSettings {
  /** URL of the object store; `null` keeps everything on this disk, within the bounds of the backlog. */
  readonly objectStore: string | null;
  /** Disk that segments may take while the object store is away, per process. */
  readonly backlogBytes: number;
  /** Files in the object store that are older are removed, whole days at a time. */
  readonly keepMilliseconds: number;
}

/** A sink that is away for minutes under full load fits; so do the thirteen months that audits ask for. */
export const defaultLogSettings: PredictionLogSettings = {
  objectStore: null,
  backlogBytes: 2 * 1024 ** 3,
  keepMilliseconds: 397 * 86_400_000,
};

export interface PredictionLogOptions extends PredictionLogSettings {
  /** Folder that the serving processes of this machine share. */
  readonly root: string;
  readonly process: string;
  readonly onDropped: (what: 'lines' | 'segments' | 'torn' | 'broken', count: number) => void;
  readonly onCommit: (seconds: number) => void;
  readonly log: OutageLog;
}

/** What of the prediction log is not in the object store yet. */
export interface PredictionLogState {
  /** In memory and on this disk. */
  readonly bytes: number;
  /** Age of the oldest, seconds. */
  readonly lagSeconds: number;
}

/**
 * Keeps every answered request that its split's policy samples: on this disk within about 50 ms, in the object store
 * within about a minute. A redacted value is never written anywhere.
 */
export interface PredictionLog {
  /** Takes what is logged without being waited for: all but the answers of a strict split. */
  served(served: Served): void;
  shadowed(shadowed: Shadowed): void;
  /**
   * For an answer of a strict split: resolves when it is on the disk. Errors: `StorageFull`, `DependencyUnavailable`.
   * For all others it resolves at once.
   */
  settle(served: Served): Promise<void>;
  state(): PredictionLogState;
  /** Writes, closes and ships what there is. */
  close(): Promise<void>;
}

/** Does an answer have to wait for the disk? */
function isStrict({ split, answer }: Served): boolean {
  return answer !== null && split.policy?.log.durability === 'strict';
}

function isKept(entry: Entry, { policy }: Served['split']): boolean {
  const sample = policy?.log.sample ?? 100;
  if (sample >= 100) return true;
  const id = samplingId(entry);
  return id === null ? Math.random() * 100 < sample : isSampled(id, sample);
}

const settled = Promise.resolve();

/** A prediction log that starts at once and takes over what dead processes left. */
export function createPredictionLog(options: PredictionLogOptions): PredictionLog {
  const { root, process, log, onDropped } = options;
  const folder = join(root, process);
  const writer = createSegmentWriter({ folder, process });
  const shipper = createShipper({ ...options, folder });
  const writing = createAttempt(log, 'writing the prediction log');
  const shipping = createAttempt(log, 'storing the prediction log');
  const expiring = createAttempt(log, 'removing the old prediction log');
  const commits = createGroupCommit({
    writer,
    capacityBytes,
    onDropped: (rows) => onDropped('lines', rows),
    onCommit: ({ milliseconds, error }) => {
      options.onCommit(milliseconds / 1000);
      void writing(() => (error === null ? settled : Promise.reject(error)));
    },
  });
  const startedAt = performance.now();
  async function expireLater(): Promise<void> {
    if (performance.now() - startedAt >= settleInMilliseconds) await expiring(() => shipper.expire());
  }
  const loops = [
    repeat(rotateMilliseconds, async () => commits.rotate()),
    repeat(shipMilliseconds, async () => void (await shipping(() => shipper.ship()))),
    repeat(expireMilliseconds, expireLater),
  ];

  return {
    served: (served) => {
      if (!isStrict(served) && isKept(served, served.split)) commits.push(served);
    },
    shadowed: (shadowed) => {
      if (isKept(shadowed, shadowed.primary.split)) commits.push(shadowed);
    },
    settle: (served) => (isStrict(served) && isKept(served, served.split) ? commits.pushDurably(served) : settled),
    state: () => stateOf(commits.waitingBytes(), writer.current(), shipper.backlog()),
    close: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await writing(() => commits.close());
      await shipping(() => shipper.ship());
      shipper.close();
    },
  };
}

function stateOf(
  waitingBytes: number,
  current: { readonly openedAt: number; readonly bytes: number } | null,
  backlog: { readonly oldestAt: number | null; readonly bytes: number },
): PredictionLogState {
  const oldestAt = backlog.oldestAt ?? current?.openedAt ?? null;
  return {
    bytes: waitingBytes + (current?.bytes ?? 0) + backlog.bytes,
    lagSeconds: oldestAt === null ? 0 : Math.max(0, (Date.now() - oldestAt) / 1000),
  };
}
