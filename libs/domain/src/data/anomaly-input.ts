import type { Task, ValidationRule } from '../project/project-spec.js';
import type { TableSchema, TableStatistics } from './table.js';

/** A described table. */
export interface DescribedTable {
  readonly schema: TableSchema;
  readonly statistics: TableStatistics;
}

export interface AnomalyInput extends DescribedTable {
  readonly rules: readonly ValidationRule[];
  readonly target: string;
  readonly task: Task;
  /** The class a binary project calls positive, where it names one. */
  readonly positive?: string | null;
  /** Columns that are no features (key, excluded): their content is not judged. */
  readonly ignore?: readonly string[];
  /** The newest version that became a model, to compare with. */
  readonly previous?: DescribedTable;
}
