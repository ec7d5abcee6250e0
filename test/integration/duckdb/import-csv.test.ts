import { readdir } from 'node:fs/promises';
import * as fc from 'fast-check';
import { failureOf, tables } from './tables.js';

test('columns take the narrowest type that holds every row, however late it shows', async () => {
  await using world = await tables();
  const ones = Array.from({ length: 30_000 }, (_, index) => `${index},${index},${index}`).join('\n');
  const { columns, rows } = await world.imported(`whole,late_decimal,late_text\n${ones}\n7,0.5,none\n`);
  expect(rows).toBe(30_001);
  expect(columns['whole']?.at(-1)).toBe(7);
  expect(columns['late_decimal']?.at(-1)).toBe(0.5);
  expect(columns['late_text']?.slice(-2)).toEqual(['29999', 'none']);
});

test('identifiers stay text: leading zeros, and numbers that a double cannot hold', async () => {
  await using world = await tables();
  const { columns } = await world.imported('zip,snowflake,plain\n01234,1234567890123456789,12\n99999,1,-0\n');
  expect(columns).toEqual({
    zip: ['01234', '99999'],
    snowflake: ['1234567890123456789', '1'],
    plain: [12, 0],
  });
});

test('missing values, booleans, blanks in numbers, dates as text', async () => {
  await using world = await tables();
  const { columns } = await world.imported(
    'n,b,t,d,nothing\n1.5,true,a,2024-01-31,\n , False ,"",2024-02-01 10:00:00,NA\nNaN,null,N/A,NULL,\n-1e3,TRUE, x ,2024-02-30,NaN\n',
  );
  expect(columns).toEqual({
    n: [1.5, null, null, -1000],
    b: [true, false, null, true],
    t: ['a', null, null, ' x '],
    d: ['2024-01-31', '2024-02-01 10:00:00', null, '2024-02-30'],
    nothing: [null, null, null, null],
  });
});

test('quotes, commas, line breaks, a byte order mark and CRLF are read as RFC 4180 says', async () => {
  await using world = await tables();
  const { columns } = await world.imported('\ufeffa,"b ""x"", y"\r\n"line\r\nbreak","say ""hi"", you"\r\nπ🙂,1\r\n');
  expect(columns).toEqual({ a: ['line\r\nbreak', 'π🙂'], 'b "x", y': ['say "hi", you', '1'] });
});

test('the last line needs no line ending, and empty lines between rows are no rows', async () => {
  await using world = await tables();
  expect((await world.imported('a,b\n1,2\n\n3,4')).columns).toEqual({ a: [1, 3], b: [2, 4] });
});

test('an empty line in a table of one column is a missing value', async () => {
  await using world = await tables();
  expect((await world.imported('a\r\n1\r\n\r\n3\r\n')).columns).toEqual({ a: [1, null, 3] });
});

test('a row of nearly two megabytes is read, a longer one is refused', async () => {
  await using world = await tables();
  const long = (await world.imported(`a,b\n1,"${'é\n'.repeat(640_000)}"\n`)).columns['b']?.[0];
  expect(String(long)).toHaveLength(1_280_000);
  const refused = await failureOf(world.imported(`a,b\n1,"${'x'.repeat(2_000_000)}\n`));
  expect(refused.message).toMatch(/line 2: the row is longer than 2000000 bytes/);
});

const missing = new Set(['', 'NA', 'NaN', 'null', 'NULL', 'N/A']);
const nasty = fc.oneof(
  // DuckDB's client drops a byte order mark at the start of a value.
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.startsWith('\ufeff')),
  fc.constantFrom(
    '"',
    '""',
    ',',
    '\n',
    '\r',
    '\r\n',
    "'",
    '\\',
    '\t',
    ' ',
    '0',
    'NA',
    '',
    '\u0000',
    ';',
    '#x',
    'a\ufeff',
  ),
);

test('any text survives the way through a quoted CSV, apart from what means missing', async () => {
  await using world = await tables();
  const row = fc.tuple(nasty, nasty, fc.integer());
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      // The letter keeps the columns text.
      const lines = rows.map(([a, b, n]) => [quoted(`${a}x`), quoted(b), n].join(','));
      const { columns } = await world.imported(`a,b,n\n${['q,q,0', ...lines].join('\n')}\n`);
      expect(columns['a']?.slice(1)).toEqual(rows.map(([a]) => `${a}x`));
      expect(columns['b']?.slice(1)).toEqual(rows.map(([, b]) => (missing.has(b) ? null : b)));
      expect(columns['n']?.slice(1)).toEqual(rows.map(([, , n]) => n));
    }),
    { numRuns: 60 },
  );
});

test('any double survives', async () => {
  await using world = await tables();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 }),
      async (numbers) => {
        const { columns } = await world.imported(`x,y\n${numbers.map((x) => `${x},0.5`).join('\n')}\n`);
        expect(columns['x']?.map(Number)).toEqual(numbers.map((x) => (Object.is(x, -0) ? 0 : x)));
      },
    ),
    { numRuns: 40 },
  );
});

describe('bad input is named in one sentence', () => {
  const cases: readonly [string, string | Buffer, string, RegExp][] = [
    ['a short row', 'a,b,c\n1,"x\ny",3\n1,2\n', 'DataUnreadable', /line 4: expected 3 columns, found 2/],
    ['a long row', 'a,b\n1,2\n1,2,3\n', 'DataUnreadable', /line 3: expected 2 columns, found 3/],
    ['a comma at the end of a row', 'a,b\n1,2,\n', 'DataUnreadable', /line 2: expected 2 columns, found 3/],
    ['a quote that never closes', 'a,b\n1,2\n3,"4\n5,6\n', 'DataUnreadable', /line 3: a quotation mark opens/],
    ['text after a quote', 'a,b\n1,"2"x\n', 'DataUnreadable', /line 2: text follows a closing/],
    ['a quote inside a field', 'a,b\n1,5" pipe\n', 'DataUnreadable', /line 2: a quotation mark stands inside/],
    ['mixed line endings', 'a,b\r\n1,2\r\n3,4\n', 'DataUnreadable', /line 3: .*mixed/],
    ['lone carriage returns', 'a,b\r1,2\r', 'DataUnreadable', /line 1: a carriage return stands alone/],
    ['Latin-1', Buffer.from('a,b\n1,2\n1,café\n', 'latin1'), 'DataUnreadable', /line 3: byte 14 \(0xe9\) is not UTF-8/],
    [
      'a character cut off at the end',
      Buffer.from('a,b\n1,\u00e9').subarray(0, -1),
      'DataUnreadable',
      /line 2: byte 7/,
    ],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'DataUnreadable', /is UTF-16/],
    ['an empty file', '', 'DataEmpty', /is empty/],
    ['only line breaks', '\n\n', 'DataEmpty', /is empty/],
    ['a header alone', 'a,b\n', 'DataEmpty', /has a header but no rows/],
    ['no header', '1,2\n3,4\n', 'DataUnreadable', /header holds only numbers/],
    ['the same name twice', 'a,b,a\n1,2,3\n', 'DataUnreadable', /line 1: column "a" appears twice/],
    ['names that differ in case', 'a,A\n1,2\n', 'DataUnreadable', /differ only in case/],
    ['a column without a name', 'a,,c\n1,2,3\n', 'DataUnreadable', /column 2 has no name/],
    ['a first column without a name', ',b\n1,2\n', 'DataUnreadable', /column 1 has no name/],
    ['infinity', 'a,ratio\n1,0.5\n2,-inf\n', 'DataUnreadable', /column "ratio" holds infinity/],
  ];
  test.each(cases)('%s', async (_, text, code, message) => {
    await using world = await tables();
    const failure = await failureOf(world.imported(text));
    expect(failure).toEqual({ code, message: expect.stringMatching(message) });
    expect(failure.message).toContain(world.path('rows.csv'));
    expect(await readdir(world.folder)).toEqual(['rows.csv']);
  });

  test('a file that is not there, and a folder', async () => {
    await using world = await tables();
    const { engine, path, folder } = world;
    const absent = await failureOf(engine.importTable({ format: 'csv', path: path('no.csv') }, path('x.parquet')));
    expect(absent).toEqual({ code: 'DataUnreadable', message: expect.stringMatching(/There is no file .*no\.csv/) });
    const directory = await failureOf(engine.importTable({ format: 'csv', path: folder }, path('x.parquet')));
    expect(directory.message).toMatch(/is not a file/);
  });
});

test('paths with wildcards, quotes and spaces name one file', async () => {
  await using world = await tables();
  await world.csv('a\nwrong\n', 'rows1.csv');
  const source = await world.csv('a\nright\n', "ro*w's [1]?.csv");
  const parquet = world.path("o'ut [*].parquet");
  await world.engine.importTable({ format: 'csv', path: source }, parquet);
  expect((await world.engine.readColumns(parquet)).columns).toEqual({ a: ['right'] });
});
