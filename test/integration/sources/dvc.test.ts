import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exportToDvc, objectKey } from '@laurel/dvc';
import { openShare } from '@laurel/objectstore';
import { type DatasetWorld, openDatasetWorld } from '../../support/dataset-world.js';
import { failureOf } from '../duckdb/tables.js';

// What `npm run test:dvc` does with the real dvc, and what it cannot make dvc write.

const table = 'id,y\n1,2\n';
const md5 = createHash('md5').update(table).digest('hex');
let world: DatasetWorld;
let projects = 0;

beforeAll(async () => {
  world = await openDatasetWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** A project of DVC whose remote holds `rows.csv` and the folder `data` with `a.csv` and `b/c.csv`. */
async function aProject() {
  projects += 1;
  const folder = join(world.folder, `p${projects}`);
  const remote = join(world.folder, `r${projects}`);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('.dvc/config', `[core]\n    remote = store\n['remote "store"']\n    url = ../../r${projects}  # here\n`);
  await write('made/rows.csv', table);
  await write('made/data/a.csv', table);
  await write('made/data/b/c.csv', `${table}2,3\n`);
  for (const name of ['rows.csv', 'data']) await exportToDvc({ path: join(folder, 'made', name), folder }, openShare);
  await rm(join(folder, 'made'), { recursive: true });
  const take = (uri: string, within = folder) => world.snapshot({ format: 'csv', uri }, { folder: within });
  return { folder, remote, write, take, refusal: (uri: string, within?: string) => failureOf(take(uri, within)) };
}

test('files and folders are read by pointer and by path, also from a folder below', async () => {
  const { take, folder } = await aProject();
  expect(await take('dvc:rows.csv.dvc')).toMatchObject({ rows: 1, source: 'dvc:rows.csv.dvc', content: { md5 } });
  expect((await take('dvc:data/b/c.csv')).rows).toBe(2);
  await mkdir(join(folder, 'models'));
  expect((await take('dvc:../rows.csv', join(folder, 'models'))).rows).toBe(1);
});

test('what config.local says wins', async () => {
  const { remote, write, take, refusal } = await aProject();
  await write('.dvc/config.local', `["remote \\"store\\""]\nurl=elsewhere\n['remote "store"']\nurl = "elsewhere"\n`);
  expect(await refusal('dvc:rows.csv')).toMatchObject({ code: 'DataUnreadable' });
  await write('.dvc/config.local', `['remote "other"']\nurl = file://${remote}\n[core]\nremote = other\n`);
  expect((await take('dvc:rows.csv')).rows).toBe(1);
});

test('a flipped byte is refused, with the file and both digests', async () => {
  const { folder, remote, refusal } = await aProject();
  const object = join(remote, objectKey(md5, { directory: false }));
  await chmod(object, 0o644);
  await writeFile(object, table.replace('2', '3'));
  const found = createHash('md5').update(table.replace('2', '3')).digest('hex');
  for (const [uri, name] of [
    ['dvc:rows.csv', 'rows.csv'],
    ['dvc:data/a.csv', 'data/a.csv'],
  ] as const) {
    const { code, message } = await refusal(uri);
    expect(code).toBe('DataCorrupt');
    expect(message).toContain(`${join(folder, name)} should have the md5 ${md5} and has ${found}`);
  }
});

test('a listing that lists a path twice, or one outside, is refused though its digest is right', async () => {
  const { folder, remote, write, refusal } = await aProject();
  const entry = (relpath: string) => `{"md5": "${md5}", "relpath": "${relpath}"}`;
  for (const [listing, message] of [
    [`[${entry('a')}, ${entry('a')}]`, 'it lists "a" twice'],
    [`[${entry('../../a')}]`, 'may not lead out of its folder'],
  ] as const) {
    const hash = createHash('md5').update(listing).digest('hex');
    const object = join(remote, objectKey(hash, { directory: true }));
    await mkdir(dirname(object), { recursive: true });
    await writeFile(object, listing);
    await write('bad.dvc', `outs:\n- md5: ${hash}.dir\n  hash: md5\n  path: bad\n`);
    expect((await refusal('dvc:bad')).message).toContain(message);
    const ended = await world.laurel(['dataset', 'import', 'bad.dvc'], folder);
    expect(ended).toMatchObject({ code: 1, side: expect.stringContaining(message) as string });
  }
  expect(await readdir(folder)).not.toContain('bad');
});

test('an import writes all of a folder or nothing of it', async () => {
  const { folder, remote } = await aProject();
  const bring = (...more: readonly string[]) => world.laurel(['dataset', 'import', 'data.dvc', ...more], folder);
  expect(await bring()).toMatchObject({ code: 0, out: expect.stringContaining('2 files') as string });
  expect(String(await readFile(join(folder, 'data', 'b', 'c.csv')))).toBe(`${table}2,3\n`);
  await rm(join(remote, objectKey(md5, { directory: false })));
  await writeFile(join(folder, 'data', 'mine'), 'kept');
  const before = (await readdir(folder)).toSorted((a, b) => a.localeCompare(b));
  expect(await bring()).toMatchObject({ code: 4, side: expect.stringContaining('is there already') as string });
  expect((await bring('--force')).side).toContain('run dvc push where it was made');
  expect((await readdir(folder)).toSorted((a, b) => a.localeCompare(b))).toEqual(before);
  expect(String(await readFile(join(folder, 'data', 'mine')))).toBe('kept');
});

test.each([
  ['dvc:../outside.csv', 'leads out of the project of DVC'],
  ['dvc:/etc/passwd', 'leads out of the project of DVC'],
  ['dvc:none.csv', 'tracks none.csv; run dvc add'],
  ['dvc:none.dvc', 'There is no file'],
  ['dvc:rows.csv/more', 'is a file, and no folder'],
  ['dvc:data', 'holds a.csv, b/c.csv; name one of them, as in dvc:data/a.csv'],
  ['dvc:data/none.csv', 'name one of them'],
])('%s is refused', async (uri, message) => {
  const { refusal } = await aProject();
  expect(await refusal(uri)).toEqual({ code: 'DataUnreadable', message: expect.stringContaining(message) as string });
});

test.each([
  ['[\'remote "store"\']\nurl = gdrive://x\n', 'A remote of the kind gdrive:// is not read'],
  ['[\'remote "store"\']\nurl = s3://b/p\nendpointurl = http://127.0.0.1:9\n', 'add it to LAUREL_SOURCE_ENDPOINTS'],
  ['[\'remote "store"\']\nurl = s3://b/p\nversion_aware = true\n', 'is version-aware'],
  ['[core]\nremote = nobody\n', 'has no remote "nobody"; it has store'],
])('the configuration %j is refused', async (local, message) => {
  const { write, refusal } = await aProject();
  await write('.dvc/config.local', local);
  expect(await refusal('dvc:rows.csv')).toEqual({
    code: 'DataUnreadable',
    message: expect.stringContaining(message) as string,
  });
});

test('outside of a project of DVC, and for a link in a folder to export, the sentence says what to do', async () => {
  const outside = await failureOf(world.snapshot({ format: 'csv', uri: 'dvc:rows.csv' }));
  expect(outside.message).toContain('lies in no project of DVC');
  const { folder } = await aProject();
  await mkdir(join(folder, 'linked'));
  await symlink('/etc/hostname', join(folder, 'linked', 'link'));
  const refused = await failureOf(exportToDvc({ path: join(folder, 'linked'), folder }, openShare));
  expect(refused.message).toContain('is no plain file');
});
