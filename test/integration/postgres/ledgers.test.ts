import { aLook, digestOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db?.drop());

const anEntry = (number: number) => ({
  actor: 'ann',
  action: 'split.committed',
  subject: 'churn',
  detail: { number, share: 0.1 + 0.2, name: 'Ünï"\\', nested: [1e21, -0, { b: null, a: true }] },
});

/** Changes the ledger as somebody with the owner's rights could. */
async function tamper(statement: string): Promise<void> {
  await db.query('set session_replication_role = replica');
  await db.query(statement);
  await db.query('set session_replication_role = origin');
}

async function appendTen(): Promise<void> {
  for (let number = 1; number <= 10; number += 1) await db.audit.append(anEntry(number));
}

test('I11: an untouched chain verifies, also when many write at once', async () => {
  expect(await db.audit.verify()).toEqual({ events: 0, verified: 0, firstBroken: null, fault: null });
  await Promise.all(Array.from({ length: 100 }, (_, number) => db.audit.append(anEntry(number))));
  expect(await db.audit.verify()).toEqual({ events: 100, verified: 100, firstBroken: null, fault: null });
  const { items } = await db.audit.list({ size: 100, token: null });
  expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, index) => 100 - index));
  expect(items[0]?.previousHash).toBe(items[1]?.hash);
  expect(items[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test.each([
  ['an edited detail', `update audit_events set detail = '{"number": 0}' where sequence = 4`, 4],
  ['an edited time', `update audit_events set at = at + interval '1 second' where sequence = 4`, 4],
  ['an edited actor', `update audit_events set actor = 'eve' where sequence = 10`, 10],
  ['a deleted event', 'delete from audit_events where sequence = 4', 4],
  ['a cut beginning', 'delete from audit_events where sequence <= 3', 1],
  ['a cut end', 'delete from audit_events where sequence > 7', 8],
  ['an emptied log', 'delete from audit_events', 1],
  [
    'two events exchanged',
    'update audit_events set sequence = -sequence; update audit_events set sequence = case when sequence = -4 then 5 when sequence = -5 then 4 else -sequence end',
    4,
  ],
  ['a lost head', 'delete from audit_head', 11],
])('I11: %s is detected', async (_, statement, firstBroken) => {
  await appendTen();
  await tamper(statement);
  expect(await db.audit.verify()).toMatchObject({ firstBroken });
});

test('I11: an event added behind the back of the chain is detected', async () => {
  await appendTen();
  await tamper(
    `insert into audit_events select 11, at, actor, action, subject, detail, hash, hash from audit_events where sequence = 10`,
  );
  expect(await db.audit.verify()).toMatchObject({ firstBroken: 11 });
});

test('I11: Postgres refuses to change or delete audit and evidence', async () => {
  await appendTen();
  await db.evidence.append(aLook({ id: 'e1', challenger: { version: 1, digest: digestOf('a'), semver: '1.0.0' } }));
  for (const statement of [
    `update audit_events set actor = 'eve'`,
    'delete from audit_events',
    'truncate audit_events',
    'delete from audit_head',
    `update evidence set verdict = 'fail'`,
    'delete from evidence',
    'truncate evidence',
  ]) {
    await expect(db.query(statement)).rejects.toThrow(/append-only/);
  }
});

test('evidence comes back bit for bit, and its id is written once', async () => {
  const look = aLook({
    id: 'churn/2/looks/1',
    challenger: { version: 2, digest: digestOf('b'), semver: '1.0.1' },
    input: {
      metrics: [
        {
          name: 'errorRate',
          role: 'guardrail',
          champion: { n: 1_000, value: 0.1 + 0.2 },
          challenger: { n: 51, value: 5e-324 },
          margin: 1e-7,
          hardLimit: null,
          minimumSample: 200,
          state: 'immature',
          hardBreach: false,
        },
      ],
      sampleRatioP: 0.12345678901234568,
      ejections: 0,
      telemetryAgeMilliseconds: null,
      planExhausted: false,
    },
  });
  await db.evidence.append(look);
  await db.evidence.append({ ...look, step: 7 });
  expect(await db.evidence.find(look.id)).toEqual(look);
  expect(await db.evidence.list({ digest: digestOf('b') })).toEqual([look]);
  expect(await db.evidence.list({ endpoint: 'churn', rollout: 'churn/9' })).toEqual([]);
  expect(await db.evidence.gatePass(digestOf('b'))).toBeUndefined();
});

test('a reader who follows the numbers of events misses none, however many write', async () => {
  const writers = 20;
  const each = 10;
  let writing = true;
  const seen: number[] = [];
  const reader = (async () => {
    for (;;) {
      const last = !writing;
      const events = await db.events.after(seen.at(-1) ?? 0, 7);
      seen.push(...events.map(({ id }) => id));
      if (last && events.length === 0) return;
    }
  })();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let number = 0; number < each; number += 1) {
        await db.events.append({ type: 'test.happened', subject: `writer-${writer}`, detail: { number } });
      }
    }),
  );
  writing = false;
  await reader;
  const stored = await db.query<{ id: string }>('select id from platform_events order by id');
  expect(seen).toEqual(stored.map(({ id }) => Number(id)));
  expect(seen).toHaveLength(writers * each);
});

test('a number is not given away before the writer ahead of it has committed', async () => {
  const slow = await db.database.connectAlone();
  await slow.query('begin');
  await slow.query(`select pg_advisory_xact_lock(hashtextextended('laurel/events', 0))`);
  await slow.query(`insert into platform_events (type, subject, detail) values ('slow', '', '{}')`);
  const quick = db.events.append({ type: 'quick', subject: '', detail: {} });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await db.events.after(0, 10)).toEqual([]);
  await slow.query('commit');
  await slow.end();
  await quick;
  expect((await db.events.after(0, 10)).map(({ type }) => type)).toEqual(['slow', 'quick']);
});
