import { digestOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase(100);
});
afterAll(() => db?.drop());

const aClaim = (key: string, content = 'body') => ({ key, actor: 'ann', requestDigest: digestOf(content) });
const answer = { status: 202, body: { runId: 'r1' }, location: '/api/v1/projects/churn/runs/r1' };

test('I7: of 100 concurrent inserts of one trigger event one is the inserter, and all learn the same run', async () => {
  const inserts = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      db.triggers.insert({ key: 'newData:abc', project: 'churn', kind: 'newData', runId: `run-${index}` }),
    ),
  );
  expect(inserts.filter(({ inserted }) => inserted)).toHaveLength(1);
  expect(new Set(inserts.map(({ record }) => record.runId)).size).toBe(1);
});

test('I7: the same key of another project is another event', async () => {
  const record = { key: 'manual:1', project: 'churn', kind: 'manual', runId: 'a' };
  expect(await db.triggers.insert(record)).toEqual({ inserted: true, record });
  expect(await db.triggers.insert({ ...record, project: 'fraud', runId: 'b' })).toMatchObject({ inserted: true });
});

test('an event whose run never began is stranded until it is withdrawn or begins', async () => {
  const stranded = { key: 'manual:2', project: 'lost', kind: 'manual', runId: 'c' };
  await db.triggers.insert(stranded);
  await db.triggers.insert({ ...stranded, key: 'manual:3', runId: 'd' });
  await db.runs.begin({ runId: 'd', project: 'lost', trigger: 'manual:3' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const ofProject = async (age: number) =>
    (await db.triggers.listStranded(age)).filter(({ project }) => project === 'lost');
  expect(await ofProject(60_000)).toEqual([]);
  expect(await ofProject(1)).toEqual([stranded]);
  await db.triggers.withdraw(stranded);
  await db.triggers.withdraw(stranded);
  expect(await ofProject(1)).toEqual([]);
  expect(await db.triggers.insert(stranded)).toMatchObject({ inserted: true });
});

test('I7: of 100 concurrent requests with one idempotency key one does the work', async () => {
  const claims = await Promise.all(Array.from({ length: 100 }, () => db.idempotencyKeys.claim(aClaim('k1'))));
  const kinds = claims.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'fresh')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'pending')).toHaveLength(99);
  await db.idempotencyKeys.complete({ key: 'k1', actor: 'ann' }, answer);
  await db.idempotencyKeys.complete({ key: 'k1', actor: 'ann' }, { ...answer, status: 500 });
  expect(await db.idempotencyKeys.claim(aClaim('k1'))).toEqual({ kind: 'done', answer });
  expect(await db.idempotencyKeys.claim(aClaim('k1', 'other body'))).toEqual({ kind: 'reused' });
  expect(await db.idempotencyKeys.claim({ ...aClaim('k1'), actor: 'ben' })).toEqual({ kind: 'fresh' });
});

test('a key whose work failed may be used again, one whose work is done may not', async () => {
  await db.idempotencyKeys.claim(aClaim('k2'));
  expect(await db.idempotencyKeys.claim(aClaim('k2', 'other body'))).toEqual({ kind: 'reused' });
  await db.idempotencyKeys.release({ key: 'k2', actor: 'ann' });
  expect(await db.idempotencyKeys.claim(aClaim('k2', 'other body'))).toEqual({ kind: 'fresh' });
  await db.idempotencyKeys.complete({ key: 'k2', actor: 'ann' }, answer);
  await db.idempotencyKeys.release({ key: 'k2', actor: 'ann' });
  expect(await db.idempotencyKeys.claim(aClaim('k2', 'other body'))).toMatchObject({ kind: 'done' });
});

test('a claim left by a dead process is taken over after a minute, by one', async () => {
  await db.idempotencyKeys.claim(aClaim('k3'));
  await db.query(`update idempotency_keys set claimed_at = now() - interval '61 seconds' where key = 'k3'`);
  const claims = await Promise.all(Array.from({ length: 20 }, () => db.idempotencyKeys.claim(aClaim('k3'))));
  expect(claims.filter(({ kind }) => kind === 'fresh')).toHaveLength(1);
});

test('an API key opens with its secret until it is revoked, and the secret is nowhere in the database', async () => {
  const { key, secret } = await db.apiKeys.create({ name: 'ci', role: 'operator' });
  expect(await db.apiKeys.authenticate(secret)).toEqual(key);
  const last = secret.at(-2) === 'A' ? 'B' : 'A';
  for (const wrong of [
    `${secret.slice(0, -2)}${last}${secret.at(-1)}`,
    secret.slice(0, -1),
    `${secret}x`,
    '',
    'laurel_',
  ]) {
    expect(await db.apiKeys.authenticate(wrong)).toBeUndefined();
  }
  const rows = await db.query('select * from api_keys');
  expect(JSON.stringify(rows)).not.toContain(secret.split('_').slice(2).join('_'));
  await db.apiKeys.revoke(key.id);
  const [revoked] = await db.apiKeys.list();
  await db.apiKeys.revoke(key.id);
  expect(await db.apiKeys.list()).toEqual([revoked]);
  expect(revoked?.revokedAt).not.toBeNull();
  expect(await db.apiKeys.authenticate(secret)).toBeUndefined();
  await expect(db.apiKeys.revoke('nobody')).rejects.toMatchObject({ code: 'NotFound' });
});
