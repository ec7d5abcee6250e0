import type { Cost, EndCause, JobUse, Placement, RunId, Timestamp } from '@laurel/domain';
import type { Page, PageRequest } from './repositories.js';

/** One start of a run's trainer. */
export interface AttemptKey {
  readonly runId: RunId;
  readonly attempt: number;
}

/** `stopped`: ended with its run, by a cancellation or by the reconciler. */
export type RecordedCause = EndCause | 'done' | 'stopped';

/** What is known of an attempt, for people and for the bill. */
export interface RunAttempt extends AttemptKey {
  readonly placement: Placement;
  /** Where rank 0 runs or ran last. */
  readonly node: string | null;
  /** Why it does not move although nothing failed; `null` when it moves or has ended. */
  readonly waiting: string | null;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly cause: RecordedCause | null;
  readonly exitCode: number | null;
  readonly message: string | null;
  /** Whether it counts against `maximumAttempts`; `null` while it runs. */
  readonly charged: boolean | null;
  /** Step of the checkpoint it started from; 0 from the beginning. */
  readonly fromStep: number;
  readonly lastStep: number;
  readonly checkpointStep: number | null;
  /** Steps it did that are to be done again. */
  readonly lostSteps: number;
  /** Time it ran, without its waiting. */
  readonly ranSeconds: number;
  /** Time it ran times the GPUs of all workers. */
  readonly gpuSeconds: number;
  /** Until now or its end; `null` when no price was configured as it started. */
  readonly cost: Cost | null;
}

/** How far an attempt is. */
export interface AttemptSighting {
  readonly node: string | null;
  readonly waiting: string | null;
  readonly step: number;
  /** Of the checkpoint it went on from; `null` where its launcher knows of none. */
  readonly fromStep: number | null;
  readonly checkpointStep: number | null;
}

/** A number a trainer reported, by the step it is of. */
export interface MetricPoint {
  readonly name: string;
  readonly step: number;
  readonly value: number;
  readonly at: Timestamp;
}

/** Attempts and metrics of runs. Every write may come twice. */
export interface TrainingRecords {
  /** First writer wins. `price` is per hour. */
  beginAttempt(
    attempt: AttemptKey & { readonly placement: Placement; readonly use: JobUse; readonly price: Cost | null },
  ): Promise<void>;
  /**
   * The first sighting's checkpoint is where the attempt started from. An ended attempt no longer changes. Returns what
   * is stored. Error: `NotFound`.
   */
  sightAttempt(key: AttemptKey, sighting: AttemptSighting): Promise<RunAttempt>;
  /** First writer wins; returns what is stored. Error: `NotFound`. */
  endAttempt(
    key: AttemptKey,
    end: {
      readonly cause: RecordedCause;
      readonly exitCode: number | null;
      readonly message: string | null;
      readonly charged: boolean;
    },
  ): Promise<RunAttempt>;
  findAttempt(key: AttemptKey): Promise<RunAttempt | undefined>;
  listAttempts(runId: RunId, page: PageRequest): Promise<Page<RunAttempt>>;
  /** Of one metric and step the newest attempt's value stays. */
  appendMetrics(key: AttemptKey, points: readonly MetricPoint[]): Promise<void>;
  /**
   * Points by name and step, from step `from` on, at most `limit` of each name, evenly thinned out; the last one is always
   * there.
   */
  listMetrics(
    runId: RunId,
    filter: { readonly name: string | null; readonly from?: number; readonly limit: number },
  ): Promise<readonly MetricPoint[]>;
}
