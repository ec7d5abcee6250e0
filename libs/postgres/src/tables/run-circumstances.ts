import type { MadeCircumstances, PlannedCircumstances, Repetition } from '@laurel/domain';
import type { JsonColumn, NullableJsonColumn } from '../json-column.js';
import type { WrittenAt } from './given-columns.js';

export interface RunCircumstancesTable {
  readonly run_id: string;
  readonly planned: JsonColumn<PlannedCircumstances>;
  readonly made: NullableJsonColumn<MadeCircumstances>;
  readonly repetition: NullableJsonColumn<Repetition>;
  readonly planned_at: WrittenAt;
}
