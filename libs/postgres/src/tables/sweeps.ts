import type { Digest, ParameterImportance, SweepSpec, TrainerParameters, TrialState } from '@laurel/domain';
import type { ColumnType } from 'kysely';
import type { JsonColumn, JsonText, NullableJsonColumn } from '../json-column.js';
import type { Sequence, WrittenAt } from './given-columns.js';

type Importance = readonly ParameterImportance[];

export interface SweepsTable {
  readonly sequence: Sequence;
  readonly run_id: string;
  readonly project: string;
  readonly key: string;
  readonly spec: JsonColumn<SweepSpec>;
  readonly requested_by: string;
  readonly roll_out: boolean;
  readonly dataset: Digest | null;
  readonly importance: ColumnType<Importance, JsonText<Importance> | undefined, JsonText<Importance>>;
  readonly registered_trial: number | null;
  readonly ended: string | null;
  readonly asked_at: WrittenAt;
}

export interface TrialsTable {
  readonly sweep: string;
  readonly number: number;
  readonly run_id: string;
  readonly parameters: JsonColumn<TrainerParameters>;
  readonly state: ColumnType<TrialState, TrialState | undefined, TrialState>;
  readonly values: NullableJsonColumn<readonly number[]>;
  readonly package: Digest | null;
  readonly steps: ColumnType<number, number | undefined, number>;
  readonly gpu_milliseconds: ColumnType<number, number | undefined, number>;
  readonly code: string | null;
  readonly message: string | null;
  readonly started_at: WrittenAt;
  readonly ended_at: string | null;
}
