import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTableEngine } from '@laurel/duckdb';
import { type DatasetWorld, openDatasetWorld } from '../../support/dataset-world.js';
import { failureOf } from '../duckdb/tables.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

let warehouse: TestDatabase;
let world: DatasetWorld;
const password = new URL(process.env['LAUREL_TEST_POSTGRES_URL'] ?? 'postgres://x').password;

beforeAll(async () => {
  warehouse = await createTestDatabase(4);
  const wrong = new URL(warehouse.url);
  wrong.password = 'never-to-be-seen';
  world = await openDatasetWorld({
    LAUREL_SOURCE_POSTGRES_WAREHOUSE: warehouse.url,
    LAUREL_SOURCE_POSTGRES_THE_WRONG_DOOR: wrong.href,
    LAUREL_SOURCE_POSTGRES_NOBODY: 'postgres://someone:never-to-be-seen@127.0.0.1:1/none',
  });
  await warehouse.query(`create type tier as enum ('basic', 'gold')`);
  await warehouse.query(`create table customers (
    id text primary key, small smallint, large bigint, ratio double precision, price numeric(10,2), active boolean,
    tier tier, note text, since date, seen timestamptz, y integer)`);
  await warehouse.query(`insert into customers values
    ('b', 1, 9007199254740993, 0.1, 12.50, true, 'gold', E'line\\n"quoted" 😀', '2024-02-29', '2024-01-01 12:00:00+02', 1),
    ('a', null, 5, 'NaN', null, false, 'basic', null, null, null, 2),
    ('B', -3, 7, 1e300, -0.01, null, null, '', '2025-01-01', '2024-06-01 00:00:00+00', 3)`);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await warehouse?.drop();
});

const query = (text: string, uri = 'postgres:warehouse') => ({ format: 'jsonl', uri, query: text }) as const;

async function rowsOf(text: string, key?: string) {
  const version = await world.snapshot(query(text), key === undefined ? {} : { key });
  const parquet = join(world.folder, `${version.table.slice(7, 19)}.parquet`);
  await world.objects.getFile(version.table, parquet);
  return { version, rows: await createTableEngine().readRows(parquet, { offset: 0, limit: 100 }) };
}

test('rows keep their values, by the key in an order that no collation changes', async () => {
  const { version, rows } = await rowsOf('select * from customers -- all of them', 'id');
  expect(version).toMatchObject({ rows: 3, source: 'postgres:warehouse', content: { format: 'jsonl' } });
  expect(rows.map(({ id }) => id)).toEqual(['B', 'a', 'b']);
  expect(rows[2]).toEqual({
    id: 'b',
    small: 1,
    large: '9007199254740993',
    ratio: 0.1,
    price: 12.5,
    active: true,
    tier: 'gold',
    note: 'line\n"quoted" 😀',
    since: '2024-02-29',
    seen: '2024-01-01 10:00:00+00',
    y: 1,
  });
  expect(rows[1]).toMatchObject({ small: null, ratio: null, price: null, note: null, seen: null });
});

test('the same rows are the same version, whatever their order in the table', async () => {
  const text = 'select id, y from customers';
  const { version: before } = await rowsOf(text);
  await warehouse.query(
    'begin; create table copy as select * from customers order by y desc; delete from customers; insert into customers select * from copy; drop table copy; commit',
  );
  expect((await rowsOf(`${text} order by y desc`)).version.version).toBe(before.version);
});

test('a column may be called as the table is', async () => {
  const { rows } = await rowsOf(`select y as source, id as "a ""b""" from customers;\n`);
  expect(rows).toHaveLength(3);
});

test('all batches are of one snapshot', async () => {
  await warehouse.query('create table growing as select n as id, 0 as y from generate_series(1, 12000) n');
  const reading = rowsOf(
    'select id, y, case when id % 5000 = 0 then pg_sleep(0.2) end is null as z from growing',
    'id',
  );
  await pause(150);
  await warehouse.query('update growing set y = 1');
  const { version } = await reading;
  expect(version.statistics.columns.find(({ name }) => name === 'y')).toMatchObject({ distinct: 1 });
  expect(version.rows).toBe(12_000);
});

test.each([
  [
    'a syntax error',
    'select from where',
    /^The query over postgres:warehouse is refused: syntax error .*correct it\.$/,
  ],
  ['an unknown table', 'select * from nobody', /relation "nobody" does not exist/],
  ['two statements', 'select 1 as y; drop table customers', /is refused/],
  [
    'a parenthesis that closes too early',
    'select 1 as y) as source; delete from customers; select * from (select 1 as y',
    /is refused/,
  ],
  ['a write behind a select', 'with gone as (delete from customers returning *) select * from gone', /is refused/],
  ['a function that writes', "select setval(pg_get_serial_sequence('projects', 'sequence'), 5) as y", /read-only/],
  ['two columns of one name', 'select id, id from customers', /has two columns "id"; name one of them with as\.$/],
  [
    'a type that no table has',
    "select '{}'::jsonb as extra",
    /gives the column "extra" the type jsonb.*extra::text\.$/,
  ],
  ['a list', 'select array[1] as many', /the type _int4/],
  ['infinity', "select 'Infinity'::float8 as y", /column "y" holds infinity/],
  ['a division by zero', 'select 1 / (y - y) as y from customers', /division by zero/],
])('%s is refused', async (_, text, message) => {
  const failure = await failureOf(world.snapshot(query(text)));
  expect(failure).toEqual({ code: 'DataUnreadable', message: expect.stringMatching(message) as string });
  expect(await warehouse.query('select count(*)::int as n from customers')).toEqual([{ n: 3 }]);
});

test('no rows are DataEmpty', async () => {
  expect(await failureOf(world.snapshot(query('select y from customers where false')))).toEqual({
    code: 'DataEmpty',
    message: 'The query over postgres:warehouse returned no rows; widen it.',
  });
});

test('a query that takes too long is stopped', async () => {
  const slow = { ...query('select 1 as y from (select pg_sleep(20)) s'), timeout: '300ms' };
  expect(await failureOf(world.snapshot(slow))).toEqual({
    code: 'DataUnreadable',
    message: 'The query over postgres:warehouse took longer than spec.data.source.timeout; raise it.',
  });
});

test('a connection that fails says its name, and nothing of its address', async () => {
  for (const name of ['nobody', 'the-wrong-door']) {
    const error = await world.snapshot(query('select 1 as y', `postgres:${name}`)).then(
      () => new Error('it was read'),
      (thrown: Error) => thrown,
    );
    const said = `${error.message} ${JSON.stringify(error)} ${error.stack}`;
    expect(error).toMatchObject({ code: 'DependencyUnavailable' });
    expect(error.cause).toBeUndefined();
    expect(said).toContain(`postgres:${name}`);
    expect(said).not.toMatch(/never-to-be-seen|someone/);
    if (password !== '') expect(said).not.toContain(password);
  }
  expect(await failureOf(world.snapshot(query('select 1 as y', 'postgres:unknown')))).toEqual({
    code: 'DataUnreadable',
    message:
      'This installation has no connection "unknown"; give the worker the variable LAUREL_SOURCE_POSTGRES_UNKNOWN.',
  });
});
