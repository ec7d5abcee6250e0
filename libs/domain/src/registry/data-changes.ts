import type { ColumnDifference, StatisticDifference } from '../data/dataset-diff.js';
import { diffTables } from '../data/dataset-diff.js';
import type { ColumnStatistics, DatasetVersion, TableStatistics } from '../data/table.js';
import type { Digest } from '../ids.js';

/** Mean of a column that counts as moved, in standard deviations of the version before. */
const movedMean = 0.1;
/** Share of missing values that counts as moved, 0 to 1. */
const movedMissing = 0.01;

/** A column whose mean or share of missing values moved. */
export interface MovedColumn {
  readonly column: string;
  readonly mean: { readonly was: number; readonly is: number; readonly inDeviations: number } | null;
  /** Shares, 0 to 1. */
  readonly missing: { readonly was: number; readonly is: number } | null;
}

/** The data of two versions. */
export interface DataChanges {
  readonly was: DataPoint;
  readonly is: DataPoint;
  /** The same bytes. */
  readonly same: boolean;
  readonly columns: readonly ColumnDifference[];
  readonly moved: readonly MovedColumn[];
  readonly statistics: readonly StatisticDifference[];
}

interface DataPoint {
  readonly dataset: string;
  readonly version: number;
  readonly digest: Digest;
  readonly rows: number;
  readonly columns: number;
}

/** How the datasets of two versions differ. */
export function dataChanges(was: DatasetVersion, is: DatasetVersion): DataChanges {
  const { columns, statistics } = diffTables(was, is);
  return {
    was: pointOf(was),
    is: pointOf(is),
    same: was.digest === is.digest,
    columns,
    moved: movedColumns(was.statistics, is.statistics),
    statistics,
  };
}

function pointOf({ dataset, version, digest, rows, schema }: DatasetVersion): DataPoint {
  return { dataset, version, digest, rows, columns: schema.columns.length };
}

/** Largest movement of the mean first. */
function movedColumns(was: TableStatistics, is: TableStatistics): readonly MovedColumn[] {
  const moved = was.columns.flatMap((before): readonly MovedColumn[] => {
    const after = is.columns.find(({ name }) => name === before.name);
    if (after === undefined) return [];
    const mean = meanMovement(before, after);
    const missing = missingMovement([before.missing, was.rows], [after.missing, is.rows]);
    return mean === null && missing === null ? [] : [{ column: before.name, mean, missing }];
  });
  return moved.toSorted((a, b) => sizeOf(b) - sizeOf(a));
}

function meanMovement({ numeric: was }: ColumnStatistics, { numeric: is }: ColumnStatistics): MovedColumn['mean'] {
  if (was === undefined || is === undefined || was.mean === is.mean) return null;
  const scale = was.standardDeviation > 0 ? was.standardDeviation : Math.abs(was.mean) || 1;
  const inDeviations = (is.mean - was.mean) / scale;
  return Math.abs(inDeviations) < movedMean ? null : { was: was.mean, is: is.mean, inDeviations };
}

type Counted = readonly [missing: number, rows: number];

function missingMovement(was: Counted, is: Counted): MovedColumn['missing'] {
  const share = ([missing, rows]: Counted) => (rows === 0 ? 0 : missing / rows);
  const [before, after] = [share(was), share(is)];
  return Math.abs(after - before) < movedMissing ? null : { was: before, is: after };
}

function sizeOf({ mean }: MovedColumn): number {
  return Math.abs(mean?.inDeviations ?? 0);
}
