import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetWorld, openDatasetWorld } from '../../support/dataset-world.js';

let world: DatasetWorld;
const before = 'id,x,y,gone\n1,a,0.5,1\n2,b,1.5,1\n3,c,2,1\n4,d,3,1\n';
const after = 'id,x,y,new\n1,a,0.5,7\n2,B,2.5,7\n4,d,9,7\n5,e,,7\n6,f,1,7\n';

async function take(text: string, dataset = 'churn') {
  await writeFile(join(world.folder, 'rows.csv'), text);
  return world.snapshot({ format: 'csv', uri: 'rows.csv' }, { dataset });
}

beforeAll(async () => {
  world = await openDatasetWorld();
  await take(before);
  await take(after);
});
afterAll(() => world[Symbol.asyncDispose]());

const json = async (...args: readonly string[]) => {
  const { code, out, side } = await world.laurel([...args, '-o', 'json']);
  expect({ code, side }).toEqual({ code: 0, side: '' });
  return JSON.parse(out);
};

test('rows are compared by key in the columns that both versions have', async () => {
  const { rows } = await json('dataset', 'diff', 'churn@1', 'churn@2', '--key', 'id');
  expect(rows).toEqual({
    key: 'id',
    added: 2,
    removed: 1,
    changed: 2,
    unchanged: 1,
    changedColumns: [
      { column: 'y', rows: 2 },
      { column: 'x', rows: 1 },
    ],
    examples: {
      added: [
        { id: 5, x: 'e', y: null, new: 7 },
        { id: 6, x: 'f', y: 1, new: 7 },
      ],
      removed: [{ id: 3, x: 'c', y: 2, gone: 1 }],
      changed: [
        { from: { id: 2, x: 'b', y: 1.5, gone: 1 }, to: { id: 2, x: 'B', y: 2.5, new: 7 } },
        { from: { id: 4, x: 'd', y: 3, gone: 1 }, to: { id: 4, x: 'd', y: 9, new: 7 } },
      ],
    },
  });
});

test('without a key whole rows count', async () => {
  const { rows } = await json('dataset', 'diff', 'churn/1', 'churn/2', '--no-key', '--examples', '1');
  expect(rows).toMatchObject({ key: null, added: 4, removed: 3, changed: 0, unchanged: 1 });
  expect(rows.examples.added).toHaveLength(1);
});

test('columns and statistics are compared too', async () => {
  const { columns, statistics } = await json('dataset', 'diff', 'churn@1', 'churn@2', '--key', 'id');
  expect(columns).toEqual([
    { column: 'x', kind: 'categories', from: 'b, c', to: 'B, e, f' },
    { column: 'y', kind: 'nullable', from: 'never missing', to: 'may be missing' },
    { column: 'new', kind: 'added', from: null, to: 'integer' },
    { column: 'gone', kind: 'removed', from: 'integer', to: null },
  ]);
  expect(statistics).toContainEqual({ column: null, statistic: 'rows', from: 4, to: 5 });
  expect(statistics).toContainEqual({ column: 'y', statistic: 'missing', from: 0, to: 1 });
  expect(statistics).toContainEqual({ column: 'y', statistic: 'max', from: 3, to: 9 });
});

test('a version has no difference to itself', async () => {
  const diff = await json('dataset', 'diff', 'churn@1', 'churn@1', '--key', 'id');
  expect(diff).toMatchObject({ columns: [], statistics: [], rows: { added: 0, removed: 0, changed: 0, unchanged: 4 } });
});

test('people read counts, columns, numbers and some rows', async () => {
  const { code, out } = await world.laurel(['dataset', 'diff', 'churn@1', 'churn@2', '--key', 'id', '--examples', '1']);
  expect(code).toBe(0);
  expect(out).toContain('Rows compared:  by id');
  expect(out).toMatch(/COLUMN +CHANGED ROWS\ny +2\nx +1/);
  expect(out).toMatch(/^\+ id=5 x=e y=- new=7$/m);
  expect(out).toMatch(/^< id=2 x=b y=1.5 gone=1\n> id=2 x=B y=2.5 new=7$/m);
});

test('a column whose type changed is compared as text, numbers as numbers', async () => {
  await take('id,n,t\n1,1,1\n2,2,2\n', 'types');
  await take('id,n,t\n1,1.0,1\n2,2.5,x\n', 'types');
  const { rows, columns } = await json('dataset', 'diff', 'types@1', 'types@2', '--key', 'id');
  expect(rows).toMatchObject({ changed: 1, unchanged: 1 });
  expect(columns).toContainEqual({ column: 't', kind: 'type', from: 'integer', to: 'string' });
});

test.each([
  [
    ['churn@1', 'churn@9', '--key', 'id'],
    3,
    'There is no version 9 of dataset "churn"; list the datasets there are with laurel get datasets.',
  ],
  [['churn@1', 'churn@2', '--key', 'nobody'], 2, 'The column "nobody" is no key, for it is not in both versions'],
  [['churn@1', 'churn@2', '--key', 'y'], 2, 'The column "y" is no key, for it is missing in some rows of the later'],
  [['churn@1', 'other@2'], 2, 'are not two versions of one dataset'],
  [['churn', 'churn@2'], 2, 'are not two versions of one dataset'],
] as const)('diff %j is refused', async (args, code, message) => {
  const ended = await world.laurel(['dataset', 'diff', ...args]);
  expect(ended.code).toBe(code);
  expect(ended.side).toContain(message);
});

test('a key that repeats is refused', async () => {
  await take('id,y\n1,1\n1,2\n', 'twice');
  const { side } = await world.laurel(['dataset', 'diff', 'twice@1', 'twice@1', '--key', 'id']);
  expect(side).toContain('The column "id" is no key, for it has the same value in several rows of the earlier version');
});

test('a version says what its file was, and bytes of it that were changed are not handed out', async () => {
  const version = await take('id,y\n1,1\n', 'kept');
  expect(version.content).toEqual({
    format: 'csv',
    size: 9,
    md5: createHash('md5').update('id,y\n1,1\n').digest('hex'),
  });
  const shown = await json('describe', 'dataset', 'kept/1');
  expect(shown.content).toEqual(version.content);
  const hex = version.digest.slice('sha256:'.length);
  const path = join(world.objectFolder, 'objects', 'sha256', hex.slice(0, 2), hex.slice(2));
  expect(String(await readFile(path))).toBe('id,y\n1,1\n');
  await writeFile(path, 'id,y\n1,2\n');
  const refused = await world.laurel(['dataset', 'export', 'kept', '--dvc', '.', '--remote', 'remote']);
  expect(refused.code).toBe(1);
  expect(refused.side).toContain(version.digest);
  expect(refused.side).toContain(createHash('sha256').update('id,y\n1,2\n').digest('hex'));
});

test('a version of an earlier release learns what its file was when the same bytes come again', async () => {
  const taken = await take('id,y\n2,1\n', 'old');
  await world.db.query("update dataset_versions set format = null, size = null, md5 = null where dataset = 'old'");
  expect((await world.db.datasets.find('old', 1))?.content).toBeNull();
  const { version: _version, createdAt: _createdAt, ...again } = taken;
  expect(await world.db.datasets.add(again)).toMatchObject({ version: 1, content: { format: 'csv', size: 9 } });
});

test('without a project of DVC and a remote, an export says what is missing', async () => {
  const ended = await world.laurel(['dataset', 'export', 'churn@1', '--dvc', '.']);
  expect(ended.code).toBe(1);
  expect(ended.side).toContain('lies in no project of DVC');
});

test('an export to a folder writes pointer, objects and what Git leaves out; again, it changes nothing', async () => {
  const args = ['dataset', 'export', 'churn@1', '--dvc', 'out', '--remote', 'shared', '--name', 'my rows.csv'];
  for (const _ of [1, 2]) expect(await world.laurel(args)).toMatchObject({ code: 0 });
  const md5 = createHash('md5').update(before).digest('hex');
  expect(String(await readFile(join(world.folder, 'out', 'my rows.csv.dvc')))).toBe(
    `outs:\n- md5: ${md5}\n  size: ${before.length}\n  hash: md5\n  path: my rows.csv\n`,
  );
  expect(String(await readFile(join(world.folder, 'out', '.gitignore')))).toBe('/my rows.csv\n');
  const object = join(world.folder, 'shared', 'files', 'md5', md5.slice(0, 2), md5.slice(2));
  expect(String(await readFile(object))).toBe(before);
});

test.each(['../x', 'a/b', '..'])('a name %j that is no plain one is refused', async (name) => {
  const ended = await world.laurel(['dataset', 'export', 'churn@1', '--dvc', '.', '--remote', 'r', '--name', name]);
  expect(ended).toMatchObject({ code: 2, side: expect.stringContaining('give the plain name of a file') as string });
});
