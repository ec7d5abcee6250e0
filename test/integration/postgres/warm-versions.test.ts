import type { ModelVersion } from '@laurel/domain';
import { aVersion, crownVersion, refOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;
let first: ModelVersion;
let second: ModelVersion;

beforeAll(async () => {
  db = await createTestDatabase();
  first = await aVersion(db, 'churn');
  second = await aVersion(db, 'churn');
  await crownVersion(db, first, 1);
});
afterAll(() => db?.drop());

const warm = async () => (await db.fleet.desired()).keepWarm;
const wish = (version: string) => ({ endpoint: 'churn', version, by: 'ann' });

test('a version that somebody wants loaded is desired state of every process, once, until it is let go', async () => {
  expect(await warm()).toEqual([]);
  const given = await Promise.all(Array.from({ length: 16 }, () => db.fleet.keepLoaded(wish(String(second.version)))));
  expect(given[0]).toEqual(refOf(second));
  await db.fleet.keepLoaded(wish(second.semver));
  expect(await warm()).toEqual([{ ...refOf(second), endpoint: 'churn' }]);
  await db.fleet.letGo(wish(second.semver));
  await db.fleet.letGo(wish(String(second.version)));
  expect(await warm()).toEqual([]);
});

test('who wanted it loaded and who let it go stands in the audit log, once each', async () => {
  const { items } = await db.audit.list({ size: 100, token: null });
  const entries = items.filter(({ actor }) => actor === 'ann');
  expect(entries.map(({ action }) => action).toSorted()).toEqual(['version.keptLoaded', 'version.letGo']);
});

test.each(['77', '9.9.9', "1' or 'a'='a", ''])('a version %p that is not there is NotFound', async (version) => {
  await expect(db.fleet.keepLoaded(wish(version))).rejects.toMatchObject({ code: 'NotFound' });
  await expect(db.fleet.letGo({ ...wish('1'), endpoint: 'nowhere' })).rejects.toMatchObject({ code: 'NotFound' });
});
