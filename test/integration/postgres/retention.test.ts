import type { ArmSums } from '@laurel/domain';
import { aPlan, aPrediction, applySplit, aVersion, crownVersion, digestOf, refOf } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

const day = 86_400_000;
const month = 30 * day;

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase(8);
});
afterEach(() => db?.drop());

const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

async function happen(subject: string): Promise<void> {
  await db.events.append({ type: 'run.started', subject, detail: {} });
}
const subjects = async () => (await db.events.after(0, 100)).map(({ subject }) => subject);

test('events are forgotten after their time; the newest one stays, so that numbers go on', async () => {
  for (const subject of ['one', 'two', 'three', 'four']) await happen(subject);
  await db.query(`update platform_events set at = now() - interval '31 days' where subject <> 'three'`);
  expect(await db.events.prune(month)).toEqual({ removed: 2 });
  expect(await subjects()).toEqual(['three', 'four']);
  await happen('five');
  expect((await db.events.after(0, 100)).at(-1)?.id).toBe(5);
});

test('an event that a webhook has still to be told of stays', async () => {
  const url = 'https://hooks.example.com/';
  const webhook = await db.webhooks.register({ url, topics: ['run'], sealedSecret: 'x', by: 'ann' });
  for (const subject of ['one', 'two']) await happen(subject);
  await db.webhooks.plan(1);
  await happen('three');
  await db.query(`update platform_events set at = now() - interval '31 days'`);
  await db.events.prune(month);
  expect(await subjects()).toEqual(['two', 'three']);
  await db.webhooks.remove(webhook.id, 'ann');
  await db.events.prune(month);
  expect(await subjects()).toEqual(['three']);
});

test('an answer to a key is replayed while it is kept, and the key is free afterwards', async () => {
  const claim = (key: string) => db.idempotencyKeys.claim({ key, actor: 'ann', requestDigest: digestOf('request') });
  for (const key of ['old', 'new']) {
    await claim(key);
    await db.idempotencyKeys.complete({ key, actor: 'ann' }, { status: 201, body: { key }, location: null });
  }
  await db.query(`update idempotency_keys set claimed_at = now() - interval '31 days' where key = 'old'`);
  expect(await db.idempotencyKeys.prune(month)).toEqual({ removed: 1 });
  expect(await claim('new')).toMatchObject({ kind: 'done' });
  expect(await claim('old')).toEqual({ kind: 'fresh' });
});

const sums = (epoch: number, at: string): ArmSums => ({
  endpoint: 'churn',
  epoch,
  arm: 'champion',
  version: 1,
  process: 'p1',
  second: Math.floor(Date.parse(at) / 1_000),
  requests: 10,
  errors: 1,
  disagreements: 0,
  latency: { 4: 10 },
});

/** Two epochs of the past and one of today, each with its traffic. */
async function threeEpochs(): Promise<void> {
  await crownVersion(db, await aVersion(db, 'churn'), 1);
  await crownVersion(db, await aVersion(db, 'churn'), 2);
  await db.query(`update splits set applied_at = now() - make_interval(days => 200 - 50 * epoch::int) where epoch < 4`);
  for (const [epoch, age] of [150, 100, 0].entries()) {
    const at = ago(age * day);
    await db.fleet.addSums([sums(epoch + 1, at)]);
    await db.fleet.addPredictions([
      aPrediction({ predictionId: `p${epoch}`, epoch: epoch + 1, at, stickyKeyHash: epoch }),
    ]);
    await db.fleet.reportEjection({ endpoint: 'churn', epoch: epoch + 1, process: 'p1', reason: 'latency' });
  }
}

const left = async () => {
  const count = async (table: string) =>
    (await db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n;
  return {
    sums: await count('arm_sums'),
    predictions: await count('predictions'),
    keys: await count('arm_keys'),
    ejections: await count('ejections'),
  };
};

test('traffic of rollouts that ended is forgotten after its time', async () => {
  await threeEpochs();
  const { removed } = await db.observations.pruneTraffic(90 * day);
  expect(removed).toBeGreaterThan(0);
  expect(await left()).toEqual({ sums: 1, predictions: 1, keys: 2, ejections: 2 });
  expect(await db.observations.pruneTraffic(90 * day)).toEqual({ removed: 0 });
});

test('while a rollout is open, nothing that was told of its endpoint is forgotten', async () => {
  await threeEpochs();
  const challenger = refOf(await aVersion(db, 'churn'));
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 3, challenger };
  const { rollout } = await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  await applySplit(db, rolling, { champion: rollout.champion, weight: 5 });
  expect(await db.observations.pruneTraffic(90 * day)).toEqual({ removed: 0 });
  expect(await left()).toEqual({ sums: 3, predictions: 3, keys: 3, ejections: 3 });
});

test('truths are forgotten after their time', async () => {
  const truth = (predictionId: string, at: string) => ({ predictionId, truth: 'Yes', at, source: 'crm' });
  await db.observations.addFeedback([truth('old', ago(400 * day)), truth('new', ago(day))]);
  expect(await db.observations.pruneFeedback(397 * day)).toEqual({ removed: 1 });
  expect(await db.observations.addFeedback([truth('new', ago(day))])).toMatchObject({ repeated: 1 });
});
