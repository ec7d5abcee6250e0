import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBTimestampTZValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  SMALLINT,
  TIMESTAMPTZ,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import { inSession, type Session, type TableEngineOptions } from './session.js';
import { identifier } from './sql-text.js';

/** DuckDB caps a data chunk at this many rows. */
export const largestBatch = 2_048;

const types = {
  BOOLEAN,
  TINYINT,
  SMALLINT,
  INTEGER,
  BIGINT,
  UTINYINT,
  USMALLINT,
  UINTEGER,
  UBIGINT,
  FLOAT,
  DOUBLE,
  VARCHAR,
  TIMESTAMPTZ,
} as const satisfies Record<string, DuckDBType>;

export type ColumnType = keyof typeof types;

/** A column to write. */
export interface WrittenColumn {
  readonly name: string;
  /** BIGINT and UBIGINT take bigints, TIMESTAMPTZ milliseconds since 1970, the other numbers numbers. */
  readonly type: ColumnType;
  /** True: a cell is a list of such values. */
  readonly list: boolean;
  /** Name of the struct that the column is a field of, or `null` for a column of its own. */
  readonly struct: string | null;
}

/** A value of a cell; `null` is missing. */
export type WrittenCell =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly (string | number | bigint | boolean | null)[];

/** Cells by column, all of the same number of rows, 1 to `largestBatch`. */
export type ColumnBatch = readonly (readonly WrittenCell[])[];

/**
 * Writes columns as a Parquet file whose types are exactly the given ones; gives the number of rows. A struct whose
 * fields are all missing is missing itself. Errors: `StorageFull`.
 */
export async function writeColumns(
  {
    columns,
    batches,
    path,
  }: {
    readonly columns: readonly WrittenColumn[];
    readonly batches: Iterable<ColumnBatch>;
    readonly path: string;
  },
  options: TableEngineOptions = {},
): Promise<number> {
  return inSession(options, async (session) => {
    await fill(session, columns, batches);
    return session.writeParquet(`SELECT ${selected(columns)} FROM given`, path);
  });
}

async function fill(
  { connection }: Session,
  columns: readonly WrittenColumn[],
  batches: Iterable<ColumnBatch>,
): Promise<void> {
  const list = columns.map(({ type, list }, index) => `${placeOf(index)} ${type}${list ? '[]' : ''}`);
  await connection.run(`CREATE TABLE given (${list.join(', ')})`);
  const chunkTypes = columns.map(({ type, list }) => (list ? LIST(types[type]) : types[type]));
  const appender = await connection.createAppender('given');
  try {
    for (const batch of batches) {
      const chunk = DuckDBDataChunk.create(chunkTypes);
      chunk.setColumns(batch.map((cells, index) => valuesOf(cells, columns[index])));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

function placeOf(index: number): string {
  return `c${index}`;
}

function valuesOf(cells: readonly WrittenCell[], column: WrittenColumn | undefined): readonly DuckDBValue[] {
  if (column?.list) return cells.map((cell) => (cell === null ? null : listValue(cell as readonly DuckDBValue[])));
  if (column?.type !== 'TIMESTAMPTZ') return cells as readonly DuckDBValue[];
  return cells.map((cell) => (cell === null ? null : new DuckDBTimestampTZValue(BigInt(cell as number) * 1_000n)));
}

/** The select list, with columns and structs in the order in which they first show. */
function selected(columns: readonly WrittenColumn[]): string {
  const places = columns.map((column, index) => ({ ...column, place: placeOf(index) }));
  const groups = Map.groupBy(places, ({ struct, name }) => (struct === null ? `column ${name}` : `struct ${struct}`));
  return [...groups.values()]
    .map((fields) => {
      const [{ struct, name, place } = { struct: null, name: '', place: '' }] = fields;
      return struct === null ? `${place} AS ${identifier(name)}` : `${packed(fields)} AS ${identifier(struct)}`;
    })
    .join(', ');
}

function packed(fields: readonly { readonly name: string; readonly place: string }[]): string {
  const anyThere = fields.map(({ place }) => `${place} IS NOT NULL`).join(' OR ');
  const pack = fields.map(({ name, place }) => `${identifier(name)} := ${place}`).join(', ');
  return `CASE WHEN ${anyThere} THEN struct_pack(${pack}) END`;
}
