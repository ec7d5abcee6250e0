export { findAnomalies } from './anomalies.js';
export type { AnomalyInput, DescribedTable } from './anomaly-input.js';
export {
  type ColumnDifference,
  diffTables,
  type RowDifference,
  type StatisticDifference,
} from './dataset-diff.js';
export type { Cell, Row } from './row.js';
export { selectProblem } from './select-query.js';
export {
  type Anomaly,
  type ColumnKind,
  type ColumnSchema,
  type ColumnStatistics,
  type ColumnStorage,
  type DatasetContent,
  type DatasetSplit,
  type DatasetVersion,
  maximumCategories,
  type SplitPart,
  type TableSchema,
  type TableStatistics,
} from './table.js';
