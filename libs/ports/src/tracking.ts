import type { RunId } from '@laurel/domain';

export type LifecycleStage = 'active' | 'deleted';
export type TrackedStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';

/** A tag or a parameter. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** A group of runs, as MLflow has it. Times are milliseconds since 1970. */
export interface Experiment {
  readonly experimentId: string;
  readonly name: string;
  readonly artifactLocation: string;
  readonly lifecycleStage: LifecycleStage;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: readonly KeyValue[];
}

export interface TrackedRunInfo {
  readonly runId: RunId;
  readonly experimentId: string;
  readonly name: string;
  readonly userId: string;
  readonly status: TrackedStatus;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly artifactUri: string;
  readonly lifecycleStage: LifecycleStage;
}

/** One value of a metric; NaN and the infinities are kept. */
export interface LoggedMetric {
  readonly key: string;
  readonly value: number;
  readonly loggedMs: number;
  readonly step: number;
}

/** A run as clients of MLflow see it, with the newest value of each metric. */
export interface TrackedRun {
  readonly info: TrackedRunInfo;
  readonly metrics: readonly LoggedMetric[];
  readonly params: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
}

/** What one call logs. */
export interface LoggedBatch {
  readonly metrics: readonly LoggedMetric[];
  readonly params: readonly KeyValue[];
  /** `mlflow.runName` renames the run. */
  readonly tags: readonly KeyValue[];
}

/**
 * Experiments and runs. A run of Laurel is a run here under the same id: its status and end are Laurel's, whatever a client
 * says. Every write but the two that create is idempotent. Errors: `NotFound`, `InvalidInput` (not active, a param that
 * changes), `AlreadyExists` (names).
 */
export interface Tracking {
  /** `artifactLocation: null` keeps its artifacts in Laurel's store. Returns the id. */
  createExperiment(experiment: {
    readonly name: string;
    readonly artifactLocation: string | null;
    readonly tags: readonly KeyValue[];
  }): Promise<string>;
  findExperiment(experimentId: string): Promise<Experiment | undefined>;
  findExperimentByName(name: string): Promise<Experiment | undefined>;
  renameExperiment(experimentId: string, name: string): Promise<void>;
  /** Takes its runs along. */
  deleteExperiment(experimentId: string): Promise<void>;
  restoreExperiment(experimentId: string): Promise<void>;
  setExperimentTag(experimentId: string, tag: KeyValue): Promise<void>;
  deleteExperimentTag(experimentId: string, key: string): Promise<void>;

  createRun(run: {
    readonly runId: RunId;
    readonly experimentId: string;
    readonly name: string;
    readonly userId: string;
    readonly startMs: number;
    readonly tags: readonly KeyValue[];
  }): Promise<TrackedRunInfo>;
  findRun(runId: string): Promise<TrackedRun | undefined>;
  updateRun(
    runId: string,
    change: { readonly status?: TrackedStatus; readonly endMs?: number; readonly name?: string },
  ): Promise<TrackedRunInfo>;
  deleteRun(runId: string): Promise<void>;
  restoreRun(runId: string): Promise<void>;
  /** All or nothing. */
  logBatch(runId: string, batch: LoggedBatch): Promise<void>;
  deleteTag(runId: string, key: string): Promise<void>;
}
