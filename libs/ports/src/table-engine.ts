import type { Cell, DataFormat, Row, RowDifference, SplitSpec, TableSchema, TableStatistics } from '@laurel/domain';

/** Columns of a table, each of the same length. */
export interface ColumnTable {
  readonly rows: number;
  readonly columns: { readonly [name: string]: readonly Cell[] };
}

/**
 * Tables in files. Errors: `DataUnreadable` (missing, ragged, wrong encoding; the message names file and line),
 * `DataEmpty` (no rows), `DataSchemaMismatch` (no such column), `StorageFull`.
 */
export interface TableEngine {
  /** Reads a source and writes it as Parquet; infers types (numbers, booleans, text). */
  importTable(
    source: { readonly format: DataFormat; readonly path: string },
    parquet: string,
  ): Promise<{ readonly rows: number }>;
  /** Schema and statistics of a Parquet file. */
  describe(parquet: string): Promise<{ readonly schema: TableSchema; readonly statistics: TableStatistics }>;
  /**
   * Divides rows by a seeded hash of their position, stratified by `stratifyBy` when asked. The same file and seed give
   * the same parts on every machine. Parts are disjoint and cover all rows whose target is present.
   */
  split(
    parquet: string,
    spec: SplitSpec & { readonly target: string; readonly stratifyBy: string | null },
    parts: { readonly train: string; readonly validation: string; readonly holdout: string },
  ): Promise<{ readonly train: number; readonly validation: number; readonly holdout: number }>;
  /**
   * How the rows of two Parquet files differ in the columns that both have: by `key`, or without one by all columns.
   * Errors: also `InvalidInput` when `key` is in one of them missing, empty, or the same in two rows.
   */
  compare(
    from: string,
    to: string,
    options: { readonly key: string | null; readonly examples: number },
  ): Promise<RowDifference>;
  /** Whole columns of a Parquet file, in file order. Without `columns`, all. */
  readColumns(parquet: string, columns?: readonly string[]): Promise<ColumnTable>;
  /** The first row of a Parquet file whose text column `column` says `value`, with the columns of `wanted`. */
  findRow(
    parquet: string,
    search: { readonly column: string; readonly value: string; readonly wanted: readonly string[] },
  ): Promise<Row | undefined>;
  /** The first `limit` rows of a Parquet file from `offset`. */
  readRows(parquet: string, window: { readonly offset: number; readonly limit: number }): Promise<readonly Row[]>;
}
