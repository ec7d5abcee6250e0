import type { SearchComparator, SearchComparison } from '@laurel/domain';
import type { BoundValues } from './bound.js';

const operators: { readonly [comparator in Exclude<SearchComparator, 'IS NULL' | 'IS NOT NULL'>]: string } = {
  '=': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  LIKE: 'like',
  ILIKE: 'ilike',
  IN: '= any',
  'NOT IN': '<> all',
};

/** `expression <comparator> value`, with the value bound. Texts compare by their bytes, in no language's order. */
export function comparisonSql(expression: string, { comparator, value }: SearchComparison, bound: BoundValues): string {
  if (value === null || comparator === 'IS NULL' || comparator === 'IS NOT NULL') return `${expression} ${comparator}`;
  const operator = operators[comparator];
  if (typeof value === 'number') return `${expression} ${operator} ${bound.place(value, 'double precision')}`;
  if (typeof value === 'string') return `${expression} ${operator} ${bound.place(value, 'text')}`;
  return `${expression} ${operator} (${bound.place(value, 'text[]')})`;
}

/** A table of keys and values that belongs to the thing searched. */
export interface KeyedTable {
  readonly table: string;
  /** Its column of the owner, and the owner's expression. */
  readonly owner: readonly [string, string];
  readonly key: string;
  readonly value: string;
  /** A condition on its rows, as `s`. */
  readonly where?: string;
}

/** The condition that a thing has a row of `keyed` under the key, with such a value. */
export function keyedSql(
  { table, owner, key, value, where = 'true' }: KeyedTable,
  comparison: SearchComparison,
  bound: BoundValues,
): string {
  const same = `s.${owner[0]} = ${owner[1]} and s.${key} = ${bound.place(comparison.key, 'text')} and ${where}`;
  if (comparison.comparator === 'IS NULL') return `not exists (select from ${table} as s where ${same})`;
  if (comparison.comparator === 'IS NOT NULL') return `exists (select from ${table} as s where ${same})`;
  const column = `s.${value}`;
  return `exists (select from ${table} as s where ${same} and ${comparisonSql(column, comparison, bound)}${notNan(column, comparison)})`;
}

/** Of NaN only `!=` is true; Postgres holds it to be larger than everything. */
function notNan(column: string, { entity, comparator }: SearchComparison): string {
  return entity === 'metric' && comparator !== '!=' ? ` and ${column} <> 'NaN'` : '';
}
