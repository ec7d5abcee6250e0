import { createTableEngine } from '@laurel/duckdb';
import * as fc from 'fast-check';
import { digestOf, failureOf, tables } from './tables.js';

type World = Awaited<ReturnType<typeof tables>>;

const partNames = ['train', 'validation', 'holdout'] as const;

function pathsIn(world: World) {
  return { train: world.path('train'), validation: world.path('validation'), holdout: world.path('holdout') };
}

async function split(
  world: World,
  options: {
    readonly holdout: number;
    readonly validation: number;
    readonly seed: number;
    readonly stratified: boolean;
  },
) {
  const { stratified, ...percent } = options;
  const spec = { ...percent, stratify: stratified, target: 'y', stratifyBy: stratified ? 'y' : null };
  const paths = pathsIn(world);
  const counts = await world.engine.split(world.path('rows.parquet'), spec, paths);
  const read = async (part: (typeof partNames)[number]) => {
    const { columns } = await world.engine.readColumns(paths[part]);
    return (columns['id'] ?? []).map((id, index) => ({ id: Number(id), y: columns['y']?.[index] ?? null }));
  };
  return { counts, train: await read('train'), validation: await read('validation'), holdout: await read('holdout') };
}

const labels = fc.array(fc.constantFrom('a', 'b', 'c', 'rare', ''), { minLength: 5, maxLength: 200 });
const percents = fc.record({ holdout: fc.integer({ min: 0, max: 60 }), validation: fc.integer({ min: 0, max: 39 }) });

test('parts are disjoint, cover every labelled row in file order, and keep the share of each class to within a row', async () => {
  await using world = await tables();
  await fc.assert(
    fc.asyncProperty(labels, percents, fc.nat(1000), fc.boolean(), async (ys, percent, seed, stratified) => {
      fc.pre(ys.some((y) => y !== ''));
      await world.imported(`id,y,pad\n${ys.map((y, id) => `${id},${y},p`).join('\n')}\n`);
      const parts = await split(world, { ...percent, seed, stratified });
      const ids = partNames.map((part) => parts[part].map(({ id }) => id));
      expect(partNames.map((part) => parts.counts[part])).toEqual(ids.map(({ length }) => length));
      for (const part of ids) expect(part).toEqual([...part].sort((a, b) => a - b));
      const labelled = ys.flatMap((y, id) => (y === '' ? [] : [id]));
      expect(ids.flat().sort((a, b) => a - b)).toEqual(labelled);
      const classes = stratified ? ['a', 'b', 'c', 'rare'] : [undefined];
      for (const one of classes) {
        const within = (y: unknown) => one === undefined || y === one;
        const size = ys.filter((y) => y !== '' && within(y)).length;
        for (const part of ['holdout', 'validation'] as const) {
          const got = parts[part].filter(({ y }) => within(y)).length;
          if (size < 3) expect(got).toBe(0);
          else expect(Math.abs(got - (size * percent[part]) / 100)).toBeLessThanOrEqual(1);
          if (size >= 3 && percent[part] > 0) expect(got).toBeGreaterThanOrEqual(1);
        }
        if (size > 0) expect(parts.train.some(({ y }) => within(y))).toBe(true);
      }
    }),
    { numRuns: 25, examples: [[['c', 'c', 'c', 'c', 'c', 'a', 'a', 'c'], { holdout: 59, validation: 34 }, 0, true]] },
  );
}, 120_000);

test('the same file and seed give the same bytes on any number of threads; another seed does not', async () => {
  await using world = await tables();
  await world.imported(`id,y\n${Array.from({ length: 130_000 }, (_, id) => `${id},${id % 3}`).join('\n')}\n`);
  const digests = async (threads: number, seed: number) => {
    const engine = createTableEngine({ threads, temporaryFolder: world.folder });
    const spec = { holdout: 20, validation: 20, stratify: true, seed, target: 'y', stratifyBy: 'y' };
    const paths = pathsIn(world);
    await engine.split(world.path('rows.parquet'), spec, paths);
    return await Promise.all(partNames.map((part) => digestOf(paths[part])));
  };
  const first = await digests(1, 7);
  expect(await digests(4, 7)).toEqual(first);
  expect(await digests(1, 8)).not.toEqual(first);
});

test('a seed gives these very rows, on this machine and any other', async () => {
  await using world = await tables();
  await world.imported(`id,y\n${Array.from({ length: 20 }, (_, id) => `${id},${id % 2}`).join('\n')}\n`);
  const { holdout, validation } = await split(world, { holdout: 20, validation: 20, seed: 7, stratified: true });
  expect({ holdout: holdout.map(({ id }) => id), validation: validation.map(({ id }) => id) }).toMatchInlineSnapshot(`
{
  "holdout": [
    3,
    6,
    13,
    18,
  ],
  "validation": [
    2,
    9,
    11,
    16,
  ],
}
`);
});

test('a target that is not in the table is named', async () => {
  await using world = await tables();
  await world.imported('id,z\n1,2\n');
  const failure = await failureOf(split(world, { holdout: 20, validation: 20, seed: 1, stratified: false }));
  expect(failure).toEqual({ code: 'DataSchemaMismatch', message: expect.stringMatching(/no column "y"/) });
});
