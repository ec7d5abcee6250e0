import type { RunId, SearchComparison, SearchOrder } from '@laurel/domain';

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
  /** The logged model that was measured, and on which data. */
  readonly model?: MeasuredModel;
}

export interface MeasuredModel {
  readonly modelId: string;
  readonly datasetName: string | null;
  readonly datasetDigest: string | null;
}

/** Data that went into a run, as a client describes it. */
export interface DatasetInput {
  readonly tags: readonly KeyValue[];
  readonly dataset: {
    readonly name: string;
    readonly digest: string;
    readonly sourceType: string;
    readonly source: string;
    readonly schema: string | null;
    readonly profile: string | null;
  };
}

/** A run as clients of MLflow see it, with the newest value of each metric. */
export interface TrackedRun {
  readonly info: TrackedRunInfo;
  readonly metrics: readonly LoggedMetric[];
  readonly params: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
  readonly datasets: readonly DatasetInput[];
  readonly inputModels: readonly string[];
  readonly outputModels: readonly { readonly modelId: string; readonly step: number }[];
}

export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

/** A page of what was found; `more` tells whether another follows. */
export interface Searched<Item> {
  readonly items: readonly Item[];
  readonly more: boolean;
}

/** What a search asks. */
export interface SearchRequest {
  readonly view: ViewType;
  readonly filter: readonly SearchComparison[];
  readonly order: readonly SearchOrder[];
  readonly offset: number;
  readonly limit: number;
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
  /** Adds `value` to the JSON list that is the tag's value. */
  appendToTag(runId: string, key: string, value: unknown): Promise<void>;
  logInputs(
    runId: string,
    inputs: { readonly datasets: readonly DatasetInput[]; readonly modelIds: readonly string[] },
  ): Promise<void>;
  logOutputs(runId: string, models: TrackedRun['outputModels']): Promise<void>;

  searchExperiments(search: SearchRequest): Promise<Searched<Experiment>>;
  searchRuns(search: SearchRequest & { readonly experimentIds: readonly string[] }): Promise<Searched<TrackedRun>>;
  /** At most 1,000. */
  searchDatasets(experimentIds: readonly string[]): Promise<
    readonly {
      readonly experimentId: string;
      readonly name: string;
      readonly digest: string;
      readonly context: string | null;
    }[]
  >;
  /** Every value of one metric, oldest first. `limit: null` gives all. */
  metricHistory(wanted: {
    readonly runId: string;
    readonly key: string;
    readonly offset: number;
    readonly limit: number | null;
  }): Promise<Searched<LoggedMetric>>;
  /** At most `limit` values of each run between two steps, evenly spread, the last one among them. */
  metricHistoryInterval(wanted: {
    readonly runIds: readonly string[];
    readonly key: string;
    readonly from: number | null;
    readonly to: number | null;
    readonly limit: number;
  }): Promise<readonly (LoggedMetric & { readonly runId: string })[]>;
}

/** Keys with which a trainer logs to its own run and to nothing else, as long as the run runs. */
export interface RunTokens {
  /** The same for the same run. */
  issue(runId: RunId): Promise<string>;
  /** The running run whose key this is. */
  holder(token: string): Promise<RunId | undefined>;
}

export type LoggedModelStatus = 'LOGGED_MODEL_PENDING' | 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED';

/** A model that a client logged: files under `artifactUri`, with what was measured of it. */
export interface LoggedModel {
  readonly modelId: string;
  readonly experimentId: string;
  readonly name: string;
  readonly artifactUri: string;
  readonly status: LoggedModelStatus;
  readonly modelType: string;
  /** Empty where it came from no run. */
  readonly sourceRunId: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: readonly KeyValue[];
  readonly params: readonly KeyValue[];
  readonly metrics: readonly (Omit<LoggedMetric, 'model'> &
    Omit<MeasuredModel, 'modelId'> & { readonly runId: string })[];
}

/** Errors: `NotFound`, `InvalidInput` (experiment not active, a param that changes). */
export interface LoggedModels {
  createModel(
    model: Pick<LoggedModel, 'modelId' | 'experimentId' | 'name' | 'modelType' | 'sourceRunId' | 'params' | 'tags'>,
  ): Promise<LoggedModel>;
  /** With `deleted`, also one that was deleted. */
  findModel(modelId: string, which: { readonly deleted: boolean }): Promise<LoggedModel | undefined>;
  finishModel(modelId: string, status: LoggedModelStatus): Promise<void>;
  deleteModel(modelId: string): Promise<void>;
  setModelTags(modelId: string, tags: readonly KeyValue[]): Promise<void>;
  deleteModelTag(modelId: string, key: string): Promise<void>;
  logModelParams(modelId: string, params: readonly KeyValue[]): Promise<void>;
  /** With `datasets`, metrics count only where they were measured on one of them. */
  searchModels(search: {
    readonly experimentIds: readonly string[];
    readonly filter: readonly SearchComparison[];
    readonly order: readonly (SearchOrder & { readonly dataset: DatasetReference | null })[];
    readonly datasets: readonly DatasetReference[];
    readonly offset: number;
    readonly limit: number;
  }): Promise<Searched<LoggedModel>>;
}

/** Data by its name, in every version or in one. */
export interface DatasetReference {
  readonly name: string;
  readonly digest: string | null;
}
