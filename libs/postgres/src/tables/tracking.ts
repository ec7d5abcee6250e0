import type { LifecycleStage, TrackedStatus } from '@laurel/ports';
import type { Generated } from 'kysely';

export interface ExperimentsTable {
  readonly experiment_id: Generated<number>;
  readonly name: string;
  readonly artifact_location: string;
  readonly lifecycle_stage: Generated<LifecycleStage>;
  readonly created_ms: number;
  readonly updated_ms: number;
}

export interface ExperimentTagsTable {
  readonly experiment_id: number;
  readonly key: string;
  readonly value: string;
}

export interface TrackedRunsTable {
  readonly run_id: string;
  readonly experiment_id: number;
  readonly name: string;
  readonly user_id: string;
  readonly status: TrackedStatus;
  readonly start_ms: number | null;
  readonly end_ms: number | null;
  readonly artifact_uri: string;
  readonly lifecycle_stage: Generated<LifecycleStage>;
  readonly deleted_ms: number | null;
  /** A run of Laurel: its status and end are Laurel's to say. */
  readonly owned: Generated<boolean>;
}

export interface RunTextsTable {
  readonly run_id: string;
  readonly key: string;
  readonly value: string;
}

export interface RunMetricsTable {
  readonly run_id: string;
  readonly name: string;
  readonly step: number;
  /** 0 for what a client logged; of what trainers report, a newer attempt's value takes the place of an older one's. */
  readonly attempt: Generated<number>;
  readonly value: number;
  readonly logged_ms: number;
}

export interface RunLatestMetricsTable {
  readonly run_id: string;
  readonly name: string;
  readonly step: number;
  readonly logged_ms: number;
  readonly value: number;
}
