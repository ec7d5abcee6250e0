import type { LifecycleStage, LoggedModelStatus } from '@laurel/ports';
import type { Generated } from 'kysely';
import type { JsonColumn } from '../json-column.js';
import type { Sequence } from './given-columns.js';

export interface TrackedDatasetsTable {
  readonly dataset_id: Sequence;
  readonly experiment_id: number;
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema: string | null;
  readonly profile: string | null;
}

export interface RunDatasetsTable {
  readonly run_id: string;
  readonly dataset_id: number;
  /** Of the tag `mlflow.data.context`. */
  readonly context: string | null;
  readonly tags: JsonColumn<readonly (readonly [string, string])[]>;
}

export interface LoggedModelsTable {
  readonly model_id: string;
  readonly experiment_id: number;
  readonly name: string;
  readonly artifact_uri: string;
  readonly status: Generated<LoggedModelStatus>;
  readonly model_type: string;
  readonly source_run_id: string;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly lifecycle_stage: Generated<LifecycleStage>;
}

export interface LoggedModelTextsTable {
  readonly model_id: string;
  readonly key: string;
  readonly value: string;
}

export interface LoggedModelMetricsTable {
  readonly model_id: string;
  readonly name: string;
  readonly logged_ms: number;
  readonly step: number;
  readonly run_id: string;
  readonly value: number;
  readonly dataset_name: string | null;
  readonly dataset_digest: string | null;
}

export interface RunTokenKeyTable {
  readonly single: Generated<boolean>;
  readonly key: string;
}

export interface RunModelsTable {
  readonly run_id: string;
  readonly model_id: string;
  readonly role: 'input' | 'output';
  readonly step: Generated<number>;
}
