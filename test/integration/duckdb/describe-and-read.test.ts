import { readdir } from 'node:fs/promises';
import * as fc from 'fast-check';
import { failureOf, tables } from './tables.js';

async function described(world: Awaited<ReturnType<typeof tables>>, text: string) {
  await world.imported(text);
  const { schema, statistics } = await world.engine.describe(world.path('rows.parquet'));
  return {
    rows: statistics.rows,
    schema: new Map(schema.columns.map((column) => [column.name, column])),
    statistics: new Map(statistics.columns.map((column) => [column.name, column])),
  };
}

test('schema says kind, storage, missing values and sorted categories', async () => {
  await using world = await tables();
  const { schema, rows } = await described(
    world,
    'i,f,b,s,t,none\n1,1.5,true,b,2024-01-01,\n2,,false,a,2024-01-02T10:00:00Z,\n2,3,true,a,2024-01-03 10:00,\n',
  );
  expect(rows).toBe(3);
  expect([...schema.values()]).toEqual([
    { name: 'i', kind: 'numeric', storage: 'integer', nullable: false },
    { name: 'f', kind: 'numeric', storage: 'float', nullable: true },
    { name: 'b', kind: 'categorical', storage: 'boolean', nullable: false, categories: ['false', 'true'] },
    { name: 's', kind: 'categorical', storage: 'string', nullable: false, categories: ['a', 'b'] },
    {
      name: 't',
      kind: 'categorical',
      storage: 'timestamp',
      nullable: false,
      categories: ['2024-01-01', '2024-01-02T10:00:00Z', '2024-01-03 10:00'],
    },
    { name: 'none', kind: 'categorical', storage: 'string', nullable: true, categories: [] },
  ]);
});

test('statistics count, sum and rank', async () => {
  await using world = await tables();
  const { statistics, schema } = await described(
    world,
    `x,s,id\n${[1, 2, 3, 4].map((x, i) => `${x}.0,${['b', 'a', 'b', 'NA'][i]},r${i}`).join('\n')}\n${Array.from({ length: 100 }, (_, i) => `,a,q${i}`).join('\n')}\n`,
  );
  expect(statistics.get('x')).toEqual({
    name: 'x',
    missing: 100,
    distinct: 4,
    numeric: {
      min: 1,
      max: 4,
      mean: 2.5,
      standardDeviation: expect.closeTo(Math.sqrt(5 / 3), 12),
      quantiles: [1, expect.closeTo(1.15, 12), 1.75, 2.5, 3.25, expect.closeTo(3.85, 12), 4],
    },
    top: ['1', '2', '3', '4'].map((value) => ({ value, count: 1 })),
  });
  expect(statistics.get('s')?.top).toEqual([
    { value: 'a', count: 101 },
    { value: 'b', count: 2 },
  ]);
  expect(statistics.get('id')).toMatchObject({ distinct: 104, missing: 0 });
  expect(statistics.get('id')?.top).toHaveLength(20);
  expect(schema.get('id')).not.toHaveProperty('categories');
});

test('mean, deviation and quantiles stay finite for numbers near the limits of a double', async () => {
  await using world = await tables();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 8 }),
      async (numbers) => {
        const { statistics } = await described(world, `x\n${[0.5, ...numbers].join('\n')}\n`);
        const numeric = statistics.get('x')?.numeric;
        const all = [numeric?.mean, numeric?.standardDeviation, ...(numeric?.quantiles ?? [])];
        expect(all.every(Number.isFinite)).toBe(true);
      },
    ),
    { numRuns: 25, examples: [[[1.7e308, -1.7e308, 1.7e308]]] },
  );
});

test('columns and rows come in file order, chosen ones in the order asked', async () => {
  await using world = await tables();
  const numbers = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_007);
  await world.imported(`n,t\n${numbers.map((n) => `${n},t${n}`).join('\n')}\n`);
  const parquet = world.path('rows.parquet');
  const { columns, rows } = await world.engine.readColumns(parquet, ['t', 'n']);
  expect(rows).toBe(10_000);
  expect(Object.keys(columns)).toEqual(['t', 'n']);
  expect(columns['n']).toEqual(numbers);
  expect(await world.engine.readRows(parquet, { offset: 9_998, limit: 10 })).toEqual(
    numbers.slice(9_998).map((n) => ({ n, t: `t${n}` })),
  );
  expect(await world.engine.readRows(parquet, { offset: 0, limit: 0 })).toEqual([]);
});

test('a column that is not there is named, and so are those that are', async () => {
  await using world = await tables();
  await world.imported('a,b\n1,2\n');
  const failure = await failureOf(world.engine.readColumns(world.path('rows.parquet'), ['c']));
  expect(failure).toEqual({ code: 'DataSchemaMismatch', message: expect.stringMatching(/no column "c"; it has a, b/) });
});

test('calls at the same time do not meet, and leave no files', async () => {
  await using world = await tables();
  const results = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const source = await world.csv(`a\n${index}\n${index + 1}\n`, `in${index}.csv`);
      const parquet = world.path(`out${index}.parquet`);
      await world.engine.importTable({ format: 'csv', path: source }, parquet);
      return (await world.engine.readColumns(parquet)).columns['a'];
    }),
  );
  expect(results).toEqual(Array.from({ length: 8 }, (_, index) => [index, index + 1]));
  expect((await readdir(world.folder)).filter((name) => name.startsWith('laurel-duckdb'))).toEqual([]);
});
