import { codeVersion } from '@laurel/contracts';
import type { DatasetVersion, ModelProject } from '@laurel/domain';
import { aRunId, aVersion, crownVersion, digestOf, gateOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase(16);
});
afterEach(() => db?.drop());

const firstPage = { size: 100, token: null };
const aProject = (name: string, description = 'Who is about to leave') =>
  ({
    apiVersion: 'laurel/v1',
    kind: 'ModelProject',
    metadata: { name, description, owner: 'ann' },
    spec: {},
  }) as ModelProject;

const aDataset = (text: string): Omit<DatasetVersion, 'version' | 'createdAt'> => ({
  dataset: 'churn',
  digest: digestOf(text),
  rows: 7_043,
  source: 'data/telco_churn.csv',
  schema: { columns: [{ name: 'tenure', kind: 'numeric', storage: 'integer', nullable: false }] },
  statistics: { rows: 7_043, columns: [{ name: 'tenure', missing: 0, distinct: 73, top: [] }] },
  table: digestOf(`${text}.parquet`),
});

test('a project that is applied unchanged keeps its time; a changed one is replaced', async () => {
  const context = { folder: '/srv/churn', digest: digestOf('1'), actor: 'ann' };
  const stored = await db.projects.apply(aProject('churn'), context);
  expect(await db.projects.apply(aProject('churn'), { ...context, actor: 'ben' })).toEqual(stored);
  const changed = await db.projects.apply(aProject('churn', 'new'), {
    ...context,
    digest: digestOf('2'),
    actor: 'ben',
  });
  expect(changed).toMatchObject({ appliedBy: 'ben', digest: digestOf('2') });
  expect(await db.projects.find('churn')).toEqual(changed);
  expect(await db.projects.find('fraud')).toBeUndefined();
});

test('pages cover a list once, newest first, also while it grows', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await db.projects.apply(aProject(name), { folder: '/', digest: digestOf(name), actor: 'ann' });
  }
  const first = await db.projects.list({ size: 2, token: null });
  await db.projects.apply(aProject('f'), { folder: '/', digest: digestOf('f'), actor: 'ann' });
  const second = await db.projects.list({ size: 2, token: first.nextToken });
  const third = await db.projects.list({ size: 2, token: second.nextToken });
  const names = [first, second, third].flatMap(({ items }) => items.map(({ project }) => project.metadata.name));
  expect(names).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(third.nextToken).toBeNull();
});

test.each(['', 'x', 'YmVmb3JlOg', 'before:5', Buffer.from('before:-1').toString('base64url')])(
  'the page token %j is refused',
  async (token) => {
    await expect(db.runs.list(null, { size: 5, token })).rejects.toMatchObject({ code: 'InvalidInput' });
  },
);

test.each([0, -1, 1.5, Number.NaN])('a page of %d items is refused', async (size) => {
  await expect(db.runs.list(null, { size, token: null })).rejects.toMatchObject({ code: 'InvalidInput' });
});

test('the same bytes keep their dataset version, also when many read them at once', async () => {
  const added = await Promise.all(
    Array.from({ length: 20 }, (_, index) => db.datasets.add(aDataset(`day ${index % 4}`))),
  );
  expect(new Set(added.map(({ version }) => version))).toEqual(new Set([1, 2, 3, 4]));
  for (const { version, digest } of added) {
    expect((await db.datasets.find('churn', version))?.digest).toBe(digest);
  }
  const { items } = await db.datasets.list(firstPage);
  expect(items.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
  expect(await db.datasets.find('churn', 1)).toMatchObject({ rows: 7_043, schema: aDataset('').schema });
});

test('the previous good data are those of the newest other version that led to a model', async () => {
  for (const day of ['1', '2', '3']) await db.datasets.add(aDataset(day));
  expect(await db.datasets.previousGood('churn', digestOf('3'))).toBeUndefined();
  await aVersion(db, 'churn');
  expect(await db.datasets.previousGood('churn', digestOf('3'))).toMatchObject({ version: 1 });
  expect(await db.datasets.previousGood('churn', digestOf('1'))).toBeUndefined();
});

test('concurrent registrations get numbers without gaps, and a run registers once', async () => {
  const versions = await Promise.all(Array.from({ length: 12 }, () => aVersion(db, 'churn')));
  expect(versions.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  const [known] = versions;
  if (known === undefined) throw new Error('nothing registered');
  const { version, semver, createdAt, ...again } = known;
  const context = { endpoint: 'churn', policyDigest: digestOf('p'), codeVersion, nextSemver: () => '9.0.0' };
  expect(await db.registry.register(again, context)).toEqual(known);
  expect(await db.registry.find('churn', version)).toMatchObject({ semver, createdAt });
  expect(await db.registry.findByDigest(known.digest)).toEqual(known);
});

test('a registration stores the evidence of its gates, a PASS only where all passed', async () => {
  const good = await aVersion(db, 'churn');
  const bad = await aVersion(db, 'churn', { gatesPassed: false });
  expect(await db.evidence.gatePass(good.digest)).toMatchObject({ id: gateOf(good), kind: 'gate', endpoint: 'churn' });
  expect(await db.evidence.gatePass(bad.digest)).toBeUndefined();
  expect((await db.evidence.find(gateOf(bad)))?.decision).toMatchObject({ verdict: 'fail', metrics: ['rocAuc'] });
});

test('a registered version is immutable', async () => {
  await aVersion(db, 'churn');
  await expect(db.query(`update model_versions set digest = 'sha256:evil'`)).rejects.toThrow(/immutable/);
});

test('models are listed with their champions', async () => {
  await crownVersion(db, await aVersion(db, 'churn'), 1);
  await aVersion(db, 'churn');
  await aVersion(db, 'fraud');
  expect(await db.registry.models()).toEqual([
    { project: 'churn', versions: 2, champion: 1 },
    { project: 'fraud', versions: 1, champion: null },
  ]);
  expect((await db.registry.list('churn', { size: 1, token: null })).nextToken).not.toBeNull();
});

test('a run goes from begun to ended, and then no longer changes', async () => {
  const runId = aRunId();
  const begun = { runId, project: 'churn', trigger: 'manual:1' };
  await Promise.all([db.runs.begin(begun), db.runs.begin(begun)]);
  const progress = { step: 50, totalSteps: null, metrics: { logloss: 0.41 } };
  await db.runs.update(runId, { step: 'train', progress });
  expect(await db.runs.listRunning()).toMatchObject([
    { runId, status: 'running', step: 'train', progress, anomalies: [] },
  ]);
  const anomaly = { code: 'newColumn', column: 'x', severity: 'warning', message: 'new' } as const;
  await db.runs.update(runId, { status: 'registered', version: 3, anomalies: [anomaly], progress: null, ended: true });
  await db.runs.update(runId, { status: 'failed', step: 'late', ended: true });
  const run = await db.runs.find(runId);
  expect(run).toMatchObject({ status: 'registered', version: 3, anomalies: [anomaly], progress: null, step: 'train' });
  expect(run?.endedAt).not.toBeNull();
  expect(await db.runs.listRunning()).toEqual([]);
  await expect(db.runs.update(aRunId(), { step: 'x' })).rejects.toMatchObject({ code: 'NotFound' });
});

test('a step keeps the output of its first writer unless it is replaced', async () => {
  const key = { project: 'churn', step: 'split', inputDigest: digestOf('in'), runId: 'r1' };
  expect(await db.runs.findStep(key)).toBeUndefined();
  const keep = { replace: false };
  const outputs = await Promise.all([['first'], ['second']].map((output) => db.runs.saveStep(key, output, keep)));
  expect(outputs[0]).toEqual(outputs[1]);
  expect(await db.runs.saveStep(key, { rows: [1, 2] }, { replace: true })).toEqual({ rows: [1, 2] });
  expect(await db.runs.saveStep(key, null, keep)).toEqual({ rows: [1, 2] });
  expect(await db.runs.saveStep({ ...key, step: 'none' }, null, keep)).toBeNull();
});
