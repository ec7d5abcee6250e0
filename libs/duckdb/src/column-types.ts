import type { ColumnStorage } from '@laurel/domain';
import { identifier } from './sql-text.js';

/** A column as DuckDB names its type. */
export interface RawColumn {
  readonly name: string;
  readonly type: string;
}

const integers = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,0\))$/;
const floats = /^(FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const times = /^(DATE|TIME|TIMESTAMP)/;
const nested = /(^STRUCT|^MAP|^UNION|\[\d*\]$)/;

/** What a column of this type becomes. */
export function storageOf(type: string): ColumnStorage {
  if (integers.test(type)) return 'integer';
  if (floats.test(type)) return 'float';
  if (type === 'BOOLEAN') return 'boolean';
  return times.test(type) ? 'timestamp' : 'string';
}

/**
 * SQL for a column as BIGINT, DOUBLE, BOOLEAN or VARCHAR, the only types of a table. NaN and the empty string are
 * missing; nested values are JSON text; dates and times are their text, in UTC where they have a zone.
 */
export function normalised(column: RawColumn): string {
  const value = identifier(column.name);
  const storage = storageOf(column.type);
  if (storage === 'integer') return `CAST(${value} AS BIGINT)`;
  if (storage === 'float')
    return `CASE WHEN isnan(CAST(${value} AS DOUBLE)) THEN NULL ELSE CAST(${value} AS DOUBLE) END`;
  return storage === 'boolean' ? value : `nullif(${textOf(column)}, '')`;
}

/** SQL for the text of a column. */
export function textOf({ name, type }: RawColumn): string {
  const value = identifier(name);
  if (type === 'JSON') return `${value}->>'$'`;
  return nested.test(type) ? `CAST(to_json(${value}) AS VARCHAR)` : `CAST(${value} AS VARCHAR)`;
}
