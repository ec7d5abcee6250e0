import { readdir, writeFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { createTableEngine } from '@laurel/duckdb';
import { inSession } from '../../../libs/duckdb/src/session.js';
import { digestOf, failureOf, tables } from './tables.js';

async function parquetOf(query: string, path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

test('Parquet of any types becomes numbers, booleans and text', async () => {
  await using world = await tables();
  const source = world.path('any.parquet');
  await parquetOf(
    `SELECT 7::TINYINT AS small, 3::UBIGINT AS whole, 9007199254740993::BIGINT AS snowflake, 1.25::DECIMAL(9,2) AS price,
       'nan'::DOUBLE AS unknown, 0.5::FLOAT AS half, true AS yes, '' AS empty, 'NA' AS text,
       DATE '2024-02-29' AS day, TIMESTAMPTZ '2024-01-01 12:00:00+02' AS moment, [1, 2] AS list, {'a': 1} AS nested`,
    source,
  );
  await world.engine.importTable({ format: 'parquet', path: source }, world.path('out.parquet'));
  expect((await world.engine.readColumns(world.path('out.parquet'))).columns).toEqual({
    small: [7],
    whole: [3],
    snowflake: ['9007199254740993'],
    price: [1.25],
    unknown: [null],
    half: [0.5],
    yes: [true],
    empty: [null],
    text: ['NA'],
    day: ['2024-02-29'],
    moment: ['2024-01-01 10:00:00+00'],
    list: ['[1,2]'],
    nested: ['{"a":1}'],
  });
});

test('JSON lines with a byte order mark, CRLF, empty lines, mixed types and huge numbers', async () => {
  await using world = await tables();
  const text = '\ufeff{"a":1,"big":12345678901234567890}\r\n\r\n{"a":"x","big":1}\r\n{"a":true}';
  const source = await world.csv(text, 'rows.jsonl');
  await world.engine.importTable({ format: 'jsonl', path: source }, world.path('out.parquet'));
  expect((await world.engine.readColumns(world.path('out.parquet'))).columns).toEqual({
    a: ['1', 'x', 'true'],
    big: ['12345678901234567890', '1', null],
  });
});

test('JSON lines take their columns from all lines', async () => {
  await using world = await tables();
  const lines = [
    { n: 1, x: 1, s: 'a', b: true, at: '2024-01-01T00:00:00Z' },
    { n: 2, x: 0.5, s: null, b: false, at: '2024-01-02', late: '007' },
    { n: null, x: 2, s: '', b: null, at: null, late: 'é🙂"' },
  ];
  await writeFile(world.path('rows.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  await world.engine.importTable({ format: 'jsonl', path: world.path('rows.jsonl') }, world.path('out.parquet'));
  expect((await world.engine.readColumns(world.path('out.parquet'))).columns).toEqual({
    n: [1, 2, null],
    x: [1, 0.5, 2],
    s: ['a', null, null],
    b: [true, false, null],
    at: ['2024-01-01T00:00:00Z', '2024-01-02', null],
    late: [null, '007', 'é🙂"'],
  });
});

describe('bad input is named in one sentence', () => {
  const cases: readonly [string, 'jsonl' | 'parquet', string | Buffer, string, RegExp][] = [
    ['a broken line', 'jsonl', '{"a":1}\n{"a":\n{"a":3}\n', 'DataUnreadable', /rows, line 2: this is not valid JSON;/],
    [
      'a line that is no object',
      'jsonl',
      '{"a":1}\n[1,2]\n',
      'DataUnreadable',
      /rows, line 2: this is not a JSON object/,
    ],
    ['Latin-1', 'jsonl', Buffer.from('{"a":"é"}\n', 'latin1'), 'DataUnreadable', /line 1: byte 7 \(0xe9\)/],
    ['an empty file', 'jsonl', '', 'DataEmpty', /has no values/],
    ['empty objects', 'jsonl', '{}\n{}\n', 'DataEmpty', /has no values/],
    ['keys that differ in case', 'jsonl', '{"a":1}\n{"A":2}\n', 'DataUnreadable', /"a" and "A" differ only in case/],
    ['the same key twice', 'jsonl', '{"a":1,"a":2}\n', 'DataUnreadable', /duplicate key "a"/],
    ['infinity', 'jsonl', '{"a":1e400}\n{"a":1}\n', 'DataUnreadable', /column "a" holds infinity/],
    ['a CSV called Parquet', 'parquet', 'a,b\n1,2\n', 'DataUnreadable', /rows cannot be read: .*[Pp]arquet|magic/],
    ['an empty Parquet file', 'parquet', '', 'DataUnreadable', /rows cannot be read/],
  ];
  test.each(cases)('%s', async (...[, format, text, code, message]) => {
    await using world = await tables();
    const path = await world.csv(text, 'rows');
    const failure = await failureOf(world.engine.importTable({ format, path }, world.path('out.parquet')));
    expect(failure).toEqual({ code, message: expect.stringMatching(message) });
    expect(failure.message).not.toContain('laurel-duckdb-');
    expect(await readdir(world.folder)).toEqual(['rows']);
  });

  test('Parquet without rows, and with infinity', async () => {
    await using world = await tables();
    const { engine, path } = world;
    await parquetOf('SELECT 1 AS a WHERE false', path('none.parquet'));
    await parquetOf("SELECT 'inf'::DOUBLE AS ratio", path('inf.parquet'));
    const importing = (name: string) =>
      failureOf(engine.importTable({ format: 'parquet', path: path(name) }, path('o')));
    expect(await importing('none.parquet')).toEqual({ code: 'DataEmpty', message: expect.stringMatching(/no rows/) });
    expect((await importing('inf.parquet')).message).toMatch(/column "ratio" holds infinity/);
    expect(await readdir(world.folder)).toEqual(['inf.parquet', 'none.parquet']);
  });
});

test('the same CSV gives the same Parquet bytes, on one thread or four', async () => {
  await using world = await tables();
  const rows = Array.from({ length: 150_000 }, (_, i) => `${i},${(i * 7919) % 1000},t${i % 17},${i / 7}`).join('\n');
  const source = await world.csv(`id,n,t,x\n${rows}\n`);
  const digests = new Set<string>();
  for (const threads of [1, 4, 4]) {
    const engine = createTableEngine({ threads, temporaryFolder: world.folder });
    await engine.importTable({ format: 'csv', path: source }, world.path('out.parquet'));
    digests.add(await digestOf(world.path('out.parquet')));
  }
  expect(digests.size).toBe(1);
});

test('a full disk is StorageFull, whoever meets it', async () => {
  await using world = await tables();
  const writing = inSession({ temporaryFolder: world.folder }, (session) =>
    session.connection.run(`COPY (SELECT * FROM range(100000)) TO '/dev/full' (FORMAT parquet)`),
  );
  expect(await failureOf(writing)).toEqual({ code: 'StorageFull', message: expect.stringMatching(/disk .* is full/) });
  expect(await readdir(world.folder)).toEqual([]);
});
