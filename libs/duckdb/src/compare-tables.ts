import { LaurelError } from '@laurel/contracts';
import type { Row, RowDifference } from '@laurel/domain';
import { type RawColumn, storageOf } from './column-types.js';
import { columnsOf } from './normalised-rows.js';
import { cellOf } from './read-table.js';
import type { Session } from './session.js';
import { identifier } from './sql-text.js';

export interface TablePair {
  readonly from: string;
  readonly to: string;
  readonly key: string | null;
  /** Rows of each kind that are shown. */
  readonly examples: number;
}

/** A column of both tables, as it stands in each of them (`a` and `b`) and as both are compared. */
interface SharedColumn {
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

/** How the rows of two Parquet files differ in the columns that both have. */
export async function compareTables(session: Session, pair: TablePair): Promise<RowDifference> {
  for (const [name, path] of [
    ['a', pair.from],
    ['b', pair.to],
  ] as const) {
    await session.connection.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet(${await session.source(path)})`);
  }
  const [before, after] = [await columnsOf(session, 'SELECT * FROM a'), await columnsOf(session, 'SELECT * FROM b')];
  const shared = after.flatMap((column) => {
    const other = before.find(({ name }) => name === column.name);
    return other === undefined ? [] : [sharedColumn(other, column)];
  });
  if (pair.key === null) return byWholeRows(session, shared, pair.examples);
  const key = shared.find(({ name }) => name === pair.key);
  if (key === undefined) throw noKey(pair.key, 'is not in both versions');
  for (const table of ['a', 'b']) await demandKey(session, table, pair.key);
  const rest = shared.filter((column) => column !== key);
  return byKey(session, { key, rest, examples: pair.examples });
}

/** Numbers are compared as numbers, values of different types as their text. */
function sharedColumn(before: RawColumn, after: RawColumn): SharedColumn {
  const [a, b] = [`a.${identifier(before.name)}`, `b.${identifier(after.name)}`];
  if (before.type === after.type) return { name: after.name, a, b };
  const numeric = [before, after].every(({ type }) => ['integer', 'float'].includes(storageOf(type)));
  const type = numeric ? 'DOUBLE' : 'VARCHAR';
  return { name: after.name, a: `CAST(${a} AS ${type})`, b: `CAST(${b} AS ${type})` };
}

async function demandKey(session: Session, table: string, key: string): Promise<void> {
  const column = identifier(key);
  const [counts = {}] = await session.rows(
    `SELECT count(*) AS n, count(${column}) AS present, count(DISTINCT ${column}) AS different FROM ${table}`,
  );
  const [rows, present, different] = [counts['n'], counts['present'], counts['different']].map(Number);
  const version = table === 'a' ? 'the earlier version' : 'the later version';
  if (present !== rows) throw noKey(key, `is missing in some rows of ${version}`);
  if (different !== present) throw noKey(key, `has the same value in several rows of ${version}`);
}

function noKey(key: string, why: string): LaurelError {
  return new LaurelError('InvalidInput', `The column "${key}" is no key, for it ${why}; name another one, or none.`);
}

async function byKey(
  session: Session,
  {
    key,
    rest,
    examples,
  }: { readonly key: SharedColumn; readonly rest: readonly SharedColumn[]; readonly examples: number },
): Promise<RowDifference> {
  const differs = rest.map(({ a, b }) => `${a} IS DISTINCT FROM ${b}`);
  const any = differs.length === 0 ? 'false' : differs.map((test) => `(${test})`).join(' OR ');
  const joined = `FROM a FULL OUTER JOIN b ON ${key.a} = ${key.b}`;
  const both = `${key.a} IS NOT NULL AND ${key.b} IS NOT NULL`;
  const counts = [
    `count(*) FILTER (${key.a} IS NULL) AS added`,
    `count(*) FILTER (${key.b} IS NULL) AS removed`,
    `count(*) FILTER (${both} AND (${any})) AS changed`,
    `count(*) FILTER (${both} AND NOT (${any})) AS same`,
    ...differs.map((test, index) => `count(*) FILTER (${both} AND ${test}) AS d${index}`),
  ];
  const [found = {}] = await session.rows(`SELECT ${counts.join(', ')} ${joined}`);
  const changedColumns = rest
    .map(({ name }, index) => ({ column: name, rows: Number(found[`d${index}`]) }))
    .filter(({ rows }) => rows > 0)
    .sort((one, other) => other.rows - one.rows);
  const first = (table: string, where: string) =>
    exampleRows(session, `SELECT ${table}.* ${joined} WHERE ${where} ORDER BY ${key.a}, ${key.b} LIMIT ${examples}`);
  const [olds, news] = [await first('a', `${both} AND (${any})`), await first('b', `${both} AND (${any})`)];
  return {
    key: key.name,
    added: Number(found['added']),
    removed: Number(found['removed']),
    changed: Number(found['changed']),
    unchanged: Number(found['same']),
    changedColumns,
    examples: {
      added: await first('b', `${key.a} IS NULL`),
      removed: await first('a', `${key.b} IS NULL`),
      changed: olds.map((from, index) => ({ from, to: news[index] ?? {} })),
    },
  };
}

async function byWholeRows(
  session: Session,
  shared: readonly SharedColumn[],
  examples: number,
): Promise<RowDifference> {
  const list = (side: 'a' | 'b') => shared.map((column) => `${column[side]} AS ${identifier(column.name)}`).join(', ');
  const [olds, news] = [`SELECT ${list('a')} FROM a`, `SELECT ${list('b')} FROM b`];
  const count = async (query: string) => Number((await session.rows(`SELECT count(*) AS n FROM (${query})`))[0]?.['n']);
  const [lost, gained] = [`${olds} EXCEPT ALL ${news}`, `${news} EXCEPT ALL ${olds}`];
  const first = (query: string) => exampleRows(session, `SELECT * FROM (${query}) ORDER BY ALL LIMIT ${examples}`);
  const removed = await count(lost);
  return {
    key: null,
    added: await count(gained),
    removed,
    changed: 0,
    unchanged: (await count('SELECT 1 FROM a')) - removed,
    changedColumns: [],
    examples: { added: await first(gained), removed: await first(lost), changed: [] },
  };
}

async function exampleRows(session: Session, query: string): Promise<readonly Row[]> {
  const rows = await session.rows(query);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value, name, 'the dataset')])),
  );
}
