import type { Digest, Timestamp } from '../ids.js';
import type { DataFormat } from '../project/project-spec.js';

/** How a column enters a model: a float tensor, or a string tensor. Missing is NaN, respectively the empty string. */
export type ColumnKind = 'numeric' | 'categorical';

/** How a column is stored in Parquet. */
export type ColumnStorage = 'integer' | 'float' | 'boolean' | 'string' | 'timestamp';

export interface ColumnSchema {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly storage: ColumnStorage;
  readonly nullable: boolean;
  /** Distinct values of a categorical column, sorted; absent above `maximumCategories`. */
  readonly categories?: readonly string[];
}

/** A categorical column with more distinct values than this keeps no list of them. */
export const maximumCategories = 100;

export interface TableSchema {
  readonly columns: readonly ColumnSchema[];
}

export interface ColumnStatistics {
  readonly name: string;
  readonly missing: number;
  readonly distinct: number;
  /** Numeric columns only; absent when every value is missing. */
  readonly numeric?: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly standardDeviation: number;
    /** The 0, 5, 25, 50, 75, 95 and 100 % quantiles. */
    readonly quantiles: readonly number[];
  };
  /** The most frequent values, at most 20, most frequent first. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
}

export interface TableStatistics {
  readonly rows: number;
  readonly columns: readonly ColumnStatistics[];
}

/** The file that held the rows, as it was read. */
export interface DatasetContent {
  readonly format: DataFormat;
  readonly size: number;
  /** The name of the same bytes in DVC: 32 hex digits. */
  readonly md5: string;
}

/** One immutable content of a dataset. */
export interface DatasetVersion {
  readonly dataset: string;
  readonly version: number;
  /** Of the source bytes as they were read. */
  readonly digest: Digest;
  readonly rows: number;
  readonly source: string;
  readonly schema: TableSchema;
  readonly statistics: TableStatistics;
  /** `null` for versions of releases that did not keep it. */
  readonly content?: DatasetContent | null;
  /** The rows as Parquet, in the object store. */
  readonly table: Digest;
  readonly createdAt: Timestamp;
}

/** The three parts of a dataset version, each a Parquet object. */
export interface DatasetSplit {
  readonly train: SplitPart;
  readonly validation: SplitPart;
  readonly holdout: SplitPart;
}

export interface SplitPart {
  readonly digest: Digest;
  readonly rows: number;
}

/** Something in the data that its schema, its rules or the previous good version do not allow. */
export interface Anomaly {
  readonly code:
    | 'empty'
    | 'tooFewRows'
    | 'tooManyRows'
    | 'missingColumn'
    | 'newColumn'
    | 'typeChanged'
    | 'belowMinimum'
    | 'aboveMaximum'
    | 'tooManyMissing'
    | 'allMissing'
    | 'constant'
    | 'newCategories'
    | 'oneClass'
    | 'missingTarget'
    | 'rareClass'
    | 'tooManyClasses';
  readonly column: string | null;
  /** An `error` ends the run before training; a `warning` is kept with the run. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}
