export type { TableEngineOptions } from './session.js';
export { createTableEngine } from './table-engine.js';
export {
  type ColumnBatch,
  type ColumnType,
  largestBatch,
  type WrittenCell,
  type WrittenColumn,
  writeColumns,
} from './write-columns.js';
