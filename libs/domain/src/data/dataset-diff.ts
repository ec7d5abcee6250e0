import type { DescribedTable } from './anomaly-input.js';
import type { Row } from './row.js';
import type { ColumnSchema, ColumnStatistics } from './table.js';

/** How a column differs between two versions of a dataset. */
export interface ColumnDifference {
  readonly column: string;
  readonly kind: 'added' | 'removed' | 'type' | 'nullable' | 'categories';
  /** In a few words; `null` where the column is not there. */
  readonly from: string | null;
  readonly to: string | null;
}

/** A number that describes a column, or the table (`column` is `null`), in both versions. */
export interface StatisticDifference {
  readonly column: string | null;
  readonly statistic: 'rows' | 'missing' | 'distinct' | 'min' | 'max' | 'mean' | 'standardDeviation';
  readonly from: number | null;
  readonly to: number | null;
}

/** What a look at the rows of two versions found. */
export interface RowDifference {
  /** Column by which rows are the same; without it, `null`, a changed row is one removed and one added. */
  readonly key: string | null;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Changed rows by column, most first; one row may count in several. */
  readonly changedColumns: readonly { readonly column: string; readonly rows: number }[];
  /** The first few of each, by key. */
  readonly examples: {
    readonly added: readonly Row[];
    readonly removed: readonly Row[];
    readonly changed: readonly { readonly from: Row; readonly to: Row }[];
  };
}

/** How the columns of two tables, and the numbers that describe them, differ. Columns come in the order of `to`. */
export function diffTables(
  from: DescribedTable,
  to: DescribedTable,
): { readonly columns: readonly ColumnDifference[]; readonly statistics: readonly StatisticDifference[] } {
  const before = byName(from);
  const after = byName(to);
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return {
    columns: names.flatMap((name) => columnDifferences(name, before.get(name)?.schema, after.get(name)?.schema)),
    statistics: [
      ...differing(null, { rows: [from.statistics.rows, to.statistics.rows] }),
      ...names.flatMap((name) => statisticDifferences(name, before.get(name)?.statistics, after.get(name)?.statistics)),
    ],
  };
}

function byName({ schema, statistics }: DescribedTable) {
  const numbers = new Map(statistics.columns.map((column) => [column.name, column]));
  return new Map(
    schema.columns.map((column) => [column.name, { schema: column, statistics: numbers.get(column.name) }]),
  );
}

function columnDifferences(
  column: string,
  from: ColumnSchema | undefined,
  to: ColumnSchema | undefined,
): readonly ColumnDifference[] {
  if (from === undefined || to === undefined) {
    const kind = from === undefined ? 'added' : 'removed';
    return [{ column, kind, from: from?.storage ?? null, to: to?.storage ?? null }];
  }
  const aspects = [
    { kind: 'type', from: from.storage, to: to.storage },
    { kind: 'nullable', from: nullableText(from), to: nullableText(to) },
    { kind: 'categories', ...categoryChange(from, to) },
  ] as const;
  return aspects.flatMap((aspect) => (aspect.from === aspect.to ? [] : [{ column, ...aspect }]));
}

function nullableText({ nullable }: ColumnSchema): string {
  return nullable ? 'may be missing' : 'never missing';
}

/** The categories that only one of both has. */
function categoryChange(from: ColumnSchema, to: ColumnSchema) {
  const [before, after] = [from.categories ?? [], to.categories ?? []];
  if (from.categories === undefined || to.categories === undefined) return { from: null, to: null };
  const without = (some: readonly string[], others: readonly string[]) =>
    some.filter((one) => !others.includes(one)).join(', ') || null;
  return { from: without(before, after), to: without(after, before) };
}

function statisticDifferences(
  column: string,
  from: ColumnStatistics | undefined,
  to: ColumnStatistics | undefined,
): readonly StatisticDifference[] {
  if (from === undefined || to === undefined) return [];
  const numeric = (name: 'min' | 'max' | 'mean' | 'standardDeviation') =>
    [from.numeric?.[name] ?? null, to.numeric?.[name] ?? null] as const;
  return differing(column, {
    missing: [from.missing, to.missing],
    distinct: [from.distinct, to.distinct],
    min: numeric('min'),
    max: numeric('max'),
    mean: numeric('mean'),
    standardDeviation: numeric('standardDeviation'),
  });
}

type Pairs = Partial<Record<StatisticDifference['statistic'], readonly [number | null, number | null]>>;

function differing(column: string | null, pairs: Pairs): readonly StatisticDifference[] {
  return Object.entries(pairs).flatMap(([statistic, [from, to]]) =>
    from === to ? [] : [{ column, statistic: statistic as StatisticDifference['statistic'], from, to }],
  );
}
