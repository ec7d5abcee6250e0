import { isLaurelError } from '@laurel/contracts';
import type { JobProgress, JobSpec } from '@laurel/domain';
import { Context } from '@temporalio/activity';
import { heartbeat } from '../heartbeat.js';
import { createRecorder, hasTurned, type RecorderPorts } from './recorder.js';

export type ReporterPorts = RecorderPorts;

/** Least time between two writes to the database. */
const writeMilliseconds = 1_000;

/** Hands an attempt's progress on. */
export interface Reporter {
  /** Error: one that trying again will not cure, of an earlier write. */
  take(progress: JobProgress): void;
  /** Writes what is not yet written, and waits for it. */
  flush(): Promise<void>;
  /** Writes no more. */
  stop(): Promise<void>;
}

/**
 * Tells Temporal at once (it throttles heartbeats) and records every second, or at once when the attempt comes to run,
 * waits or moves to another node. The job goes on without a database, and so does whoever follows it: what could not be
 * written is written later.
 */
export function createReporter(ports: ReporterPorts, spec: JobSpec): Reporter {
  const { log } = Context.current();
  const recorder = createRecorder(ports, spec);
  let seen: JobProgress | null = null;
  let written: JobProgress | null = null;
  let failure: unknown;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    if (seen === null || seen === written) return;
    const progress = seen;
    await recorder.record(progress);
    written = progress;
  };
  const tryToWrite = async () => {
    try {
      await write();
    } catch (error) {
      if (!isLaurelError(error) || !error.retryable) failure = error;
      else log.warn('progress could not be written', { error });
    }
    if (seen !== written && failure === undefined) schedule(writeMilliseconds);
  };
  const schedule = (milliseconds: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = writing.then(tryToWrite);
    }, milliseconds);
  };
  const unschedule = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const halt = async () => {
    unschedule();
    await writing;
    unschedule();
  };
  return {
    take: (progress) => {
      if (failure !== undefined) throw failure;
      const turned = seen === null || hasTurned(seen, progress);
      seen = progress;
      heartbeat(progress);
      recorder.add(progress);
      if (turned) unschedule();
      schedule(turned ? 0 : writeMilliseconds);
    },
    flush: async () => {
      await halt();
      await write();
    },
    stop: halt,
  };
}
