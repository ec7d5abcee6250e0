import { LaurelError } from '@laurel/contracts';
import {
  type ColumnSchema,
  type ColumnStatistics,
  type ColumnStorage,
  maximumCategories,
  type TableSchema,
  type TableStatistics,
} from '@laurel/domain';
import { normalised, storageOf } from './column-types.js';
import { columnsOf } from './normalised-rows.js';
import { numericStatistics } from './numeric-statistics.js';
import type { Session } from './session.js';

/** Most frequent values kept per column. */
const topValues = 20;

/** Text that a date, or a date and a time of ISO 8601, looks like. */
const timeForm = String.raw`\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?`;

/** Schema and statistics of a Parquet file. */
export async function describeTable(
  session: Session,
  parquet: string,
): Promise<{ readonly schema: TableSchema; readonly statistics: TableStatistics }> {
  const source = `read_parquet(${await session.source(parquet)})`;
  const raw = await columnsOf(session, `SELECT * FROM ${source}`);
  const columns: ColumnSchema[] = [];
  const statistics: ColumnStatistics[] = [];
  const rows = await countOf(session, `SELECT count(*) AS n FROM ${source}`);
  if (rows === 0) throw new LaurelError('DataEmpty', `${parquet} has no rows.`);
  for (const column of raw) {
    const values = `(SELECT ${normalised(column)} AS v FROM ${source})`;
    const storage = await finalStorage(session, values, storageOf(column.type));
    const described = await describeColumn(session, { name: column.name, storage, values });
    columns.push(described.schema);
    statistics.push(described.statistics);
  }
  return { schema: { columns }, statistics: { rows, columns: statistics } };
}

async function describeColumn(
  session: Session,
  column: { readonly name: string; readonly storage: ColumnStorage; readonly values: string },
): Promise<{ readonly schema: ColumnSchema; readonly statistics: ColumnStatistics }> {
  const { name, storage, values } = column;
  const [counts = {}] = await session.rows(
    `SELECT count(*) FILTER (v IS NULL) AS missing, count(DISTINCT v) AS different FROM ${values}`,
  );
  const missing = Number(counts['missing']);
  const distinct = Number(counts['different']);
  const kind = storage === 'integer' || storage === 'float' ? 'numeric' : 'categorical';
  const listed = kind === 'categorical' && distinct <= maximumCategories;
  const numeric = kind === 'numeric' ? await numericStatistics(session, values) : undefined;
  return {
    schema: {
      name,
      kind,
      storage,
      nullable: missing > 0,
      ...(listed ? { categories: await categoriesOf(session, values) } : {}),
    },
    statistics: { name, missing, distinct, ...(numeric ? { numeric } : {}), top: await topOf(session, values) },
  };
}

/** Text columns that hold nothing but dates and times are timestamps. */
async function finalStorage(session: Session, values: string, storage: ColumnStorage): Promise<ColumnStorage> {
  if (storage !== 'string') return storage;
  const [row = {}] = await session.rows(
    `SELECT count(v) > 0 AND bool_and(regexp_full_match(v, '${timeForm}')
       AND TRY_CAST(substr(v, 1, 10) AS DATE) IS NOT NULL) AS all_times FROM ${values} WHERE v IS NOT NULL`,
  );
  return row['all_times'] === true ? 'timestamp' : 'string';
}

async function categoriesOf(session: Session, values: string): Promise<readonly string[]> {
  const rows = await session.rows(`SELECT DISTINCT v FROM ${values} WHERE v IS NOT NULL`);
  return rows.map((row) => String(row['v'])).sort();
}

async function topOf(session: Session, values: string): Promise<ColumnStatistics['top']> {
  const rows = await session.rows(
    `SELECT v, count(*) AS n FROM ${values} WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${topValues}`,
  );
  return rows.map((row) => ({ value: String(row['v']), count: Number(row['n']) }));
}

async function countOf(session: Session, query: string): Promise<number> {
  const [row = {}] = await session.rows(query);
  return Number(row['n']);
}
