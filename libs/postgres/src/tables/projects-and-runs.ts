import type { Anomaly, DataFormat, Digest, ModelProject, RunKind, TableSchema, TableStatistics } from '@laurel/domain';
import type { Run, RunStatus, TriggerRequest } from '@laurel/ports';
import type { ColumnType } from 'kysely';
import type { JsonColumn, NullableJsonColumn } from '../json-column.js';
import type { Sequence, WrittenAt } from './given-columns.js';

export interface ProjectsTable {
  readonly sequence: Sequence;
  readonly name: string;
  readonly project: JsonColumn<ModelProject>;
  readonly folder: string;
  readonly digest: Digest;
  readonly applied_at: WrittenAt;
  readonly applied_by: string;
}

export interface DatasetVersionsTable {
  readonly sequence: Sequence;
  readonly dataset: string;
  readonly version: number;
  readonly digest: Digest;
  readonly rows: number;
  readonly source: string;
  readonly schema: JsonColumn<TableSchema>;
  readonly statistics: JsonColumn<TableStatistics>;
  readonly table_digest: Digest;
  readonly created_at: WrittenAt;
  readonly format: DataFormat | null;
  readonly size: number | null;
  readonly md5: string | null;
}

export interface RunsTable {
  readonly sequence: Sequence;
  readonly run_id: string;
  readonly project: string;
  readonly trigger: string;
  readonly status: ColumnType<RunStatus, RunStatus | undefined, RunStatus>;
  readonly step: string | null;
  readonly progress: NullableJsonColumn<NonNullable<Run['progress']>>;
  readonly anomalies: ColumnType<readonly Anomaly[], string | undefined, string>;
  readonly version: number | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly started_at: WrittenAt;
  readonly ended_at: string | null;
  readonly kind: ColumnType<RunKind['kind'], RunKind['kind'] | undefined, RunKind['kind']>;
  readonly parent_run_id: string | null;
  readonly trial: number | null;
}

export interface StepOutputsTable {
  readonly project: string;
  readonly step: string;
  readonly input_digest: Digest;
  readonly run_id: string;
  readonly output: JsonColumn<unknown>;
  readonly saved_at: WrittenAt;
}

export interface TriggersTable {
  readonly project: string;
  readonly key: string;
  readonly kind: string;
  readonly run_id: string;
  readonly created_at: WrittenAt;
  readonly request: NullableJsonColumn<TriggerRequest>;
}
