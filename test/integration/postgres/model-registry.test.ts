import type { NumberedVersion, RegistrationEnd } from '@laurel/ports';
import { aProject } from '../api/api-world.js';
import { aVersion, crownVersion, digestOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { countingRows } from './rows-read.js';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

const actor = 'ann';
const aModel = (name: string) => db.modelRegistry.createModel({ name, description: null, tags: [], actor });
const register = (name: string, source = 'models:/m-1') =>
  db.modelRegistry.createVersion({
    name,
    source,
    runId: null,
    runLink: null,
    modelId: null,
    description: null,
    tags: [],
    actor,
  });
const ready = (previous: NumberedVersion | undefined): RegistrationEnd => ({
  status: 'ready',
  message: null,
  semver: `${(previous?.version ?? 0) + 1}.0.0`,
  digest: digestOf('content'),
  flavor: 'sklearn',
  signature: null,
});
const conclude = (name: string, version: number) => db.modelRegistry.concludeVersion({ name, version }, ready);

test('a version waits for its gates, which end it once', async () => {
  await aModel('m');
  expect(await register('m')).toMatchObject({ version: 1, status: 'pending', stage: 'None', semver: null });
  expect(await conclude('m', 1)).toMatchObject({ status: 'ready', semver: '1.0.0', digest: digestOf('content') });
  const again = await db.modelRegistry.concludeVersion({ name: 'm', version: 1 }, () => ({
    status: 'failed',
    message: 'no',
  }));
  expect(again).toMatchObject({ status: 'ready', semver: '1.0.0' });
});

test('numbers are never given twice, not after a deletion and not by racing callers', async () => {
  await aModel('m');
  const raced = await Promise.all(Array.from({ length: 20 }, () => register('m')));
  expect(raced.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  await db.modelRegistry.deleteVersion({ name: 'm', version: 20 }, actor);
  expect((await register('m')).version).toBe(21);
});

test('clients and trainings of a project share the numbers', async () => {
  await db.projects.apply(aProject('churn'), { folder: '/x', digest: digestOf('p'), actor });
  expect((await aVersion(db, 'churn')).version).toBe(1);
  expect((await register('churn')).version).toBe(2);
  expect((await aVersion(db, 'churn')).version).toBe(3);
  expect((await db.modelRegistry.versions('churn')).map(({ version, packaged }) => [version, packaged])).toEqual([
    [3, true],
    [2, false],
    [1, true],
  ]);
});

test('what a version is cannot be edited, not even by the owner of the database', async () => {
  await aModel('m');
  await register('m');
  await expect(db.query(`update registered_versions set source = 'models:/m-2'`)).rejects.toThrow('immutable');
  await conclude('m', 1);
  for (const change of [`semver = '9.0.0'`, `digest = 'x'`, `status = 'failed'`, `id = 'x'`, `flavor = 'x'`]) {
    await expect(db.query(`update registered_versions set ${change}`)).rejects.toThrow('immutable');
  }
  await db.query(`update registered_versions set description = 'better'`);
});

test('crowning shows as alias and stage in the registry, in the same transaction', async () => {
  const first = await aVersion(db, 'churn');
  await crownVersion(db, first, 1);
  const second = await aVersion(db, 'churn');
  await crownVersion(db, second, 2);
  const versions = await db.modelRegistry.versions('churn');
  expect(versions.map(({ version, stage, aliases }) => [version, stage, aliases])).toEqual([
    [2, 'Production', ['champion']],
    [1, 'Archived', []],
  ]);
  expect(await db.modelRegistry.findVersionByAlias('churn', 'champion')).toMatchObject({ version: 2, semver: '1.0.1' });
});

test('a version that is no endpoint’s champion cannot stand in Production', async () => {
  const first = await aVersion(db, 'churn');
  await crownVersion(db, first, 1);
  await aVersion(db, 'churn');
  await expect(db.query(`update model_versions set stage = 'Production' where version = 2`)).rejects.toThrow(
    'champion of no endpoint',
  );
});

test('a project takes over a model of its name without the alias and the stage of its former life', async () => {
  await aModel('churn');
  await register('churn');
  await conclude('churn', 1);
  await db.modelRegistry.setAlias({ name: 'churn', version: 1 }, 'champion', actor);
  await db.modelRegistry.setAlias({ name: 'churn', version: 1 }, 'blue', actor);
  const key = { name: 'churn', version: 1 };
  await db.modelRegistry.moveStage(key, { from: 'None', to: 'Production', archiveOthers: null, actor });
  await db.projects.apply(aProject('churn'), { folder: '/x', digest: digestOf('p'), actor });
  expect(await db.modelRegistry.findModel('churn')).toMatchObject({
    managed: true,
    aliases: [{ alias: 'blue', version: 1 }],
    latest: [{ version: 1, stage: 'None' }],
  });
});

test('renaming takes versions, tags and aliases along; projects keep their name', async () => {
  await aModel('old');
  await register('old');
  await db.modelRegistry.setModelTag('old', { key: 'team', value: 'growth' });
  await db.modelRegistry.setVersionTag({ name: 'old', version: 1 }, { key: 'k', value: 'v' });
  await db.modelRegistry.setAlias({ name: 'old', version: 1 }, 'blue', actor);
  await db.modelRegistry.renameModel({ name: 'old', newName: 'new', actor });
  expect(await db.modelRegistry.findModel('old')).toBeUndefined();
  expect(await db.modelRegistry.findVersion({ name: 'new', version: 1 })).toMatchObject({
    tags: [{ key: 'k', value: 'v' }],
    aliases: ['blue'],
  });
  await aVersion(db, 'churn');
  await expect(db.modelRegistry.renameModel({ name: 'churn', newName: 'x', actor })).rejects.toThrow('Laurel project');
  await expect(db.modelRegistry.deleteModel('churn', actor)).rejects.toThrow('Laurel project');
  await expect(db.modelRegistry.deleteVersion({ name: 'churn', version: 1 }, actor)).rejects.toThrow('archive it');
});

test('the newest versions of a model are found by reading each of its versions once or twice', async () => {
  await aModel('m');
  await db.query(`insert into registered_versions (name, version, id, source, stage)
    select 'm', n, n::text, 'models:/m-1', case when n <= 700 then 'Staging' else 'None' end
    from generate_series(1, 1000) as n`);
  const { result, read } = await countingRows(db, 'registered_versions', ({ modelRegistry }) =>
    modelRegistry.findModel('m'),
  );
  expect(result?.latest.map(({ version, stage }) => [version, stage])).toEqual([
    [700, 'Staging'],
    [1_000, 'None'],
  ]);
  expect(read).toBeGreaterThanOrEqual(1_000);
  expect(read).toBeLessThan(3_000);
});

test('an alias is not given to a version that is not there, and moves from one that is', async () => {
  await aModel('m');
  await register('m');
  await register('m');
  const set = (version: number) => db.modelRegistry.setAlias({ name: 'm', version }, 'blue', actor);
  await expect(set(3)).rejects.toMatchObject({ code: 'NotFound' });
  expect(await db.modelRegistry.findVersionByAlias('m', 'blue')).toBeUndefined();
  for (const version of [1, 2]) {
    await set(version);
    expect(await db.modelRegistry.findVersionByAlias('m', 'blue')).toMatchObject({ version, aliases: ['blue'] });
  }
  const audited = await db.query("select subject from audit_events where action = 'alias.set' order by sequence");
  expect(audited).toEqual([{ subject: 'm/1' }, { subject: 'm/2' }]);
});

test('a move that was judged on an older stage is refused', async () => {
  await aModel('m');
  await register('m');
  const key = { name: 'm', version: 1 };
  await db.modelRegistry.moveStage(key, { from: 'None', to: 'Staging', archiveOthers: null, actor });
  await expect(
    db.modelRegistry.moveStage(key, { from: 'None', to: 'Production', archiveOthers: null, actor }),
  ).rejects.toThrow('has left stage None');
});

test('moving with archiving leaves one version in the stage, however many move at once', async () => {
  await aModel('m');
  for (let n = 0; n < 8; n += 1) await register('m');
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      db.modelRegistry.moveStage(
        { name: 'm', version: index + 1 },
        { from: 'None', to: 'Production', archiveOthers: 'Archived', actor },
      ),
    ),
  );
  const stages = (await db.modelRegistry.versions('m')).map(({ stage }) => stage);
  expect(stages.filter((stage) => stage === 'Production')).toHaveLength(1);
  expect(stages.filter((stage) => stage === 'Archived')).toHaveLength(7);
});

test('decisions about versions are in the audit chain', async () => {
  await aModel('m');
  await register('m');
  await conclude('m', 1);
  await db.modelRegistry.setAlias({ name: 'm', version: 1 }, 'blue', actor);
  await db.modelRegistry.deleteAlias('m', 'blue', actor);
  await db.modelRegistry.deleteVersion({ name: 'm', version: 1 }, actor);
  const { items } = await db.audit.list({ size: 20, token: null });
  expect(items.map(({ action }) => action).toReversed()).toEqual([
    'model.created',
    'version.created',
    'version.ready',
    'alias.set',
    'alias.deleted',
    'version.deleted',
  ]);
  expect(await db.audit.verify()).toMatchObject({ firstBroken: null });
});

test('the bytes of a registered version cannot be swapped or removed', async () => {
  const owner = { kind: 'version', id: 'a'.repeat(32) } as const;
  const file = { path: 'MLmodel', digest: digestOf('MLmodel'), size: 7 };
  await db.artifacts.pin(owner.id, [file], actor);
  await db.artifacts.pin(owner.id, [{ ...file, digest: digestOf('other') }], actor);
  expect(await db.artifacts.find(owner, 'MLmodel')).toEqual(file);
  await expect(db.artifacts.put(owner, { ...file, digest: digestOf('other') }, actor)).rejects.toThrow('immutable');
  await expect(db.artifacts.remove(owner, '')).rejects.toThrow('immutable');
});

test('a path is a file or a folder, also when both are written at once', async () => {
  const owner = { kind: 'run', id: 'b'.repeat(32) } as const;
  const put = (path: string) => db.artifacts.put(owner, { path, digest: digestOf(path), size: 1 }, actor);
  const settled = await Promise.allSettled(['a', 'a/b', 'a/b/c'].map(put));
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await put('x_y/z');
  await put('xay/z');
  expect(await db.artifacts.entries(owner, 'x_y')).toEqual([{ name: 'z', folder: false, size: 1 }]);
  expect(await db.artifacts.entries(owner, 'nothing')).toBeUndefined();
});
