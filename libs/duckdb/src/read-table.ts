import { LaurelError } from '@laurel/contracts';
import type { Cell, Row } from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';
import { normalised } from './column-types.js';
import { columnsOf } from './normalised-rows.js';
import type { Session } from './session.js';
import { identifier } from './sql-text.js';

/** Whole columns of a Parquet file, in file order. */
export async function readColumns(session: Session, parquet: string, wanted?: readonly string[]): Promise<ColumnTable> {
  const { query, names } = await selection(session, parquet, wanted);
  const result = await session.connection.stream(query);
  const columns = names.map((): Cell[] => []);
  let rows = 0;
  for await (const chunk of result) {
    rows += chunk.rowCount;
    columns.forEach((cells, index) => {
      const name = names[index] ?? '';
      for (const value of chunk.getColumnValues(index)) cells.push(cellOf(value, name, parquet));
    });
  }
  return { rows, columns: Object.fromEntries(columns.map((cells, index) => [names[index] ?? '', cells] as const)) };
}

/** A window of rows of a Parquet file, in file order. */
export async function readRows(
  session: Session,
  parquet: string,
  window: { readonly offset: number; readonly limit: number },
): Promise<readonly Row[]> {
  const { query, names } = await selection(session, parquet);
  const limited = `${query} LIMIT ${Math.max(0, Math.trunc(window.limit))} OFFSET ${Math.max(0, Math.trunc(window.offset))}`;
  const rows = (await session.connection.runAndReadAll(limited)).getRowsJS();
  return rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, cellOf(row[index], name, parquet)] as const)),
  );
}

/** The first row whose text column says `value`. */
export async function findRow(
  session: Session,
  parquet: string,
  { column, value, wanted }: { readonly column: string; readonly value: string; readonly wanted: readonly string[] },
): Promise<Row | undefined> {
  const { query, names } = await selection(session, parquet, wanted);
  const found = await session.connection.runAndReadAll(`${query} WHERE ${identifier(column)} = $1 LIMIT 1`, [value]);
  const [row] = found.getRowsJS();
  if (row === undefined) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, cellOf(row[index], name, parquet)] as const));
}

async function selection(session: Session, parquet: string, wanted?: readonly string[]) {
  const from = `FROM read_parquet(${await session.source(parquet)})`;
  const present = await columnsOf(session, `SELECT * ${from}`);
  const chosen = (wanted ?? present.map(({ name }) => name)).map((name) => {
    const column = present.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const known = present.map((candidate) => candidate.name).join(', ');
    throw new LaurelError('DataSchemaMismatch', `${parquet} has no column "${name}"; it has ${known}.`);
  });
  const list = chosen.map((column) => `${normalised(column)} AS ${identifier(column.name)}`);
  const query = `SELECT ${list.length === 0 ? 'NULL AS nothing' : list.join(', ')} ${from}`;
  return { query, names: chosen.map(({ name }) => name) };
}

/** A value of DuckDB as a cell. Errors: `DataUnreadable` for a whole number that a JavaScript number does not hold. */
export function cellOf(value: unknown, column: string, file: string): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    const message = `${file}: column "${column}" holds ${value}, which a number cannot hold exactly; store it as text.`;
    throw new LaurelError('DataUnreadable', message);
  }
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  throw new TypeError(`column "${column}" gave a ${typeof value}, which is no cell`);
}
