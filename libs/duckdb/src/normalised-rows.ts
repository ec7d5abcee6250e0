import { LaurelError } from '@laurel/contracts';
import { checkNames } from './column-names.js';
import { normalised, type RawColumn, storageOf, textOf } from './column-types.js';
import type { Session } from './session.js';
import { identifier } from './sql-text.js';
import { infinite } from './text-columns.js';

/** Columns of a query, in order. */
export async function columnsOf(session: Session, query: string): Promise<readonly RawColumn[]> {
  const rows = await session.rows(`DESCRIBE ${query}`);
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
}

/** Query that gives the rows of a Parquet file with the types of a table. */
export async function parquetRows(session: Session, path: string): Promise<string> {
  const source = await session.source(path);
  const from = `FROM read_parquet(${source}, binary_as_string = true)`;
  const columns = await columnsOf(session, `SELECT * ${from}`);
  const stored = new Set((await session.rows(`SELECT name FROM parquet_schema(${source})`)).map(({ name }) => name));
  const renamed = columns.find(({ name }) => !stored.has(name));
  if (renamed !== undefined) {
    const message = `${path}: the name of a column differs from another only in case (${renamed.name}); rename one.`;
    throw new LaurelError('DataUnreadable', message);
  }
  return normalisedRows(session, { from, columns, path });
}

/** Query over `from` with the types of a table; whole numbers beyond ±(2^53−1) stay text. */
export async function normalisedRows(
  session: Session,
  input: { readonly from: string; readonly columns: readonly RawColumn[]; readonly path: string },
): Promise<string> {
  const { from, columns, path } = input;
  checkNames(
    columns.map(({ name }) => name),
    path,
  );
  const bounds = await boundsOf(session, from, columns);
  const list = columns.map((column, index) => {
    if (bounds[index] === 'infinite') throw infinite(path, column.name);
    return `${bounds[index] === 'unsafe' ? textOf(column) : normalised(column)} AS ${identifier(column.name)}`;
  });
  return `SELECT ${list.join(', ')} ${from}`;
}

/** Which columns hold whole numbers beyond ±(2^53−1), which stay text, or infinity, which no model takes. */
async function boundsOf(
  session: Session,
  from: string,
  columns: readonly RawColumn[],
): Promise<readonly ('unsafe' | 'infinite' | 'fine')[]> {
  const tests = columns.map(({ name, type }, index) => {
    const storage = storageOf(type);
    const value = identifier(name);
    if (storage === 'integer')
      return `bool_or(${value} NOT BETWEEN -${Number.MAX_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}) AS b${index}`;
    return storage === 'float' ? `bool_or(isinf(CAST(${value} AS DOUBLE))) AS b${index}` : `false AS b${index}`;
  });
  const [row = {}] = await session.rows(`SELECT ${tests.join(', ')} ${from}`);
  return columns.map(({ type }, index) => {
    if (row[`b${index}`] !== true) return 'fine';
    return storageOf(type) === 'integer' ? 'unsafe' : 'infinite';
  });
}
