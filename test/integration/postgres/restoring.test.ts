import type { ModelVersion } from '@laurel/domain';
import { aDraft, applySplit, crownVersion, refOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type TwoVersions, twoVersions } from './two-versions.js';

let db: TestDatabase;
let project: string;
let first: ModelVersion;
let rolling: TwoVersions['rolling'];
let begin: TwoVersions['begin'];
let restore: TwoVersions['restore'];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db?.drop());
beforeEach(async () => {
  ({ project, first, rolling, begin, restore } = await twoVersions(db));
});

const shares = async () =>
  (await db.routing.current(project))?.arms.map(({ role, version, weight }) => ({ role, version, weight }));

test('I5: a rollout that is undone leaves split, aliases and stages as they were, once', async () => {
  await crownVersion(db, first, 1);
  const before = await db.routing.current(project);
  const versionsBefore = await db.registry.list(project, { size: 10, token: null });
  await begin(2);
  await applySplit(db, rolling(2), { champion: first, weight: 25 });
  const during = await db.registry.list(project, { size: 10, token: null });
  expect(during.items[0]).toMatchObject({ version: 2, stage: 'Staging', aliases: ['challenger'] });
  const restored = await restore(2);
  expect(restored).toMatchObject({
    arms: before?.arms,
    shadow: null,
    salt: before?.salt,
    stickyKey: before?.stickyKey,
  });
  expect(await restore(2)).toEqual(restored);
  expect(await db.registry.list(project, { size: 10, token: null })).toEqual(versionsBefore);
  const evidence = await db.evidence.list({ rollout: `${project}/2` });
  expect(evidence.map(({ id, decision }) => [id, decision.action])).toEqual([[`${project}/2/rollback`, 'rollBack']]);
});

test('I5: undoing a rollout that changed nothing writes no epoch', async () => {
  await crownVersion(db, first, 1);
  const before = await db.routing.current(project);
  await begin(2);
  await db.routing.prepare(aDraft(rolling(2), { champion: first, weight: 5 }), 'five');
  expect(await restore(2)).toEqual(before);
  expect((await db.routing.history(project, 10))[0]).toMatchObject({ state: 'retired' });
  expect(await restore(7)).toEqual(before);
});

test('I5: a first version that is undone leaves nothing served', async () => {
  await begin(1, first);
  await applySplit(db, rolling(1, first), { champion: null, weight: 100 });
  expect(await restore(1, first)).toBeNull();
  expect(await db.routing.current(project)).toBeUndefined();
  expect((await db.registry.list(project, { size: 10, token: null })).items[1]).toMatchObject({
    stage: 'None',
    aliases: [],
  });
});

test('I5: a rollout whose workflow was lost is undone when the next one begins', async () => {
  await crownVersion(db, first, 1);
  await begin(2);
  await applySplit(db, rolling(2), { champion: first, weight: 50 });
  const { before } = await begin(3);
  expect(before?.arms).toEqual([{ ...refOf(first), role: 'champion', weight: 100 }]);
  expect(await db.rollouts.find(`${project}/2`)).toMatchObject({ status: 'superseded' });
  await restore(3);
  expect(await shares()).toEqual([{ role: 'champion', version: 1, weight: 100 }]);
  expect((await db.registry.list(project, { size: 1, token: null })).items[0]).toMatchObject({
    stage: 'None',
    aliases: [],
  });
});

test('I5: a rollout that ends without promotion is undone even if nobody asked', async () => {
  await crownVersion(db, first, 1);
  await begin(2);
  await applySplit(db, rolling(2), { champion: first, weight: 50 });
  await db.routing.endRollout({ rollout: `${project}/2`, outcome: 'aborted', cause: 'lost', evidenceId: null });
  expect(await shares()).toEqual([{ role: 'champion', version: 1, weight: 100 }]);
});

test('I5: what waits for an operator is left alone until it is undone by hand or by the next rollout', async () => {
  await crownVersion(db, first, 1);
  await begin(2);
  await applySplit(db, rolling(2), { champion: first, weight: 50 });
  await db.routing.endRollout({ rollout: `${project}/2`, outcome: 'needsOperator', cause: null, evidenceId: null });
  expect(await shares()).toHaveLength(2);
  const { before } = await begin(3);
  expect(before?.arms).toEqual([{ ...refOf(first), role: 'champion', weight: 100 }]);
  expect(await db.rollouts.find(`${project}/2`)).toMatchObject({ status: 'needsOperator' });
});
