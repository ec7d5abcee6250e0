import type { AttemptSighting } from '@laurel/ports';
import { createTestDatabase, type TestDatabase } from './database.js';

const runId = 'b'.repeat(32);
const key = (attempt: number) => ({ runId, attempt });
const price = { amount: 3_600, currency: 'EUR' };

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
afterEach(async () => {
  await db.query('truncate runs, run_attempts, run_metrics');
});

const begin = (attempt: number, change: { placement?: 'spot' | 'onDemand'; price?: typeof price | null } = {}) =>
  db.trainingRecords.beginAttempt({
    ...key(attempt),
    placement: change.placement ?? 'spot',
    use: { cpus: 4, gpus: 2 },
    price: change.price === undefined ? price : change.price,
  });
const sight = (attempt: number, change: Partial<AttemptSighting>) =>
  db.trainingRecords.sightAttempt(key(attempt), {
    node: 'n',
    waiting: null,
    step: 0,
    fromStep: null,
    checkpointStep: null,
    ...change,
  });
const end = (attempt: number, cause: 'killed' | 'done' = 'killed') =>
  db.trainingRecords.endAttempt(key(attempt), { cause, exitCode: 137, message: 'killed\u0000', charged: false });
/** Makes it look as if the attempt had last been seen so long ago. */
const age = (attempt: number, seconds: number) =>
  db.query(`update run_attempts set sighted_at = now() - make_interval(secs => $2) where attempt = $1`, [
    attempt,
    seconds,
  ]);

test('an attempt that begins twice is one, as it began first', async () => {
  await begin(1);
  await begin(1, { placement: 'onDemand', price: null });
  const { items } = await db.trainingRecords.listAttempts(runId, { size: 10, token: null });
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ attempt: 1, placement: 'spot', cause: null, cost: { currency: 'EUR' } });
});

test('steps and checkpoints of an attempt never go back, and its first sight tells where it started from', async () => {
  await begin(1);
  await sight(1, { step: 0, fromStep: 40, checkpointStep: 40 });
  await sight(1, { step: 75.9, checkpointStep: 60, node: 'other' });
  const stored = await sight(1, { step: 70, checkpointStep: null, node: null });
  expect(stored).toMatchObject({ fromStep: 40, lastStep: 75, checkpointStep: 60, node: 'other', lostSteps: 0 });
});

test('an attempt that is first seen after its first checkpoint started where it started all the same', async () => {
  await begin(1);
  expect(await sight(1, { step: 14, checkpointStep: 10 })).toMatchObject({ fromStep: 0 });
  await end(1);
  await begin(2);
  expect(await sight(2, { step: 24, fromStep: 10, checkpointStep: 20 })).toMatchObject({ fromStep: 10 });
  expect(await db.trainingRecords.findAttempt(key(1))).toMatchObject({ lostSteps: 4 });
});

test('an attempt whose launcher knows of no checkpoint started from the newest one of those before it', async () => {
  await begin(1);
  await sight(1, { step: 137, checkpointStep: 100 });
  await end(1);
  await begin(2);
  expect(await sight(2, { step: 0 })).toMatchObject({ fromStep: 100 });
});

test('steps are lost back to where the next attempt goes on, which knows better than what was heard', async () => {
  await begin(1);
  await sight(1, { step: 137, checkpointStep: 100 });
  expect(await end(1)).toMatchObject({ lostSteps: 37 });
  await begin(2);
  await sight(2, { step: 0, fromStep: 130, checkpointStep: 130 });
  expect(await db.trainingRecords.findAttempt(key(1))).toMatchObject({ lostSteps: 7 });
  await sight(2, { step: 200, checkpointStep: 200 });
  expect(await end(2, 'done')).toMatchObject({ lostSteps: 0, cause: 'done' });
});

test('time that an attempt waits costs nothing; time it runs costs its price, GPU by GPU', async () => {
  await begin(1);
  await age(1, 10);
  await sight(1, { waiting: 'suspended by its queue' });
  await age(1, 1_000);
  await sight(1, {});
  await age(1, 5);
  const stored = await end(1);
  expect(stored.ranSeconds).toBeGreaterThan(14.9);
  expect(stored.ranSeconds).toBeLessThan(16);
  expect(stored.gpuSeconds).toBeCloseTo(2 * stored.ranSeconds);
  expect(stored.cost?.amount).toBeCloseTo(stored.ranSeconds);
  expect(stored.waiting).toBeNull();
});

test('a running attempt costs until now, also while nobody reports', async () => {
  await begin(1);
  await age(1, 100);
  const running = await db.trainingRecords.findAttempt(key(1));
  expect(running?.cost?.amount).toBeGreaterThan(99);
});

test('without a price there is no cost', async () => {
  await begin(1, { price: null });
  expect(await end(1)).toMatchObject({ cost: null });
});

test('an end is recorded once, and an ended attempt no longer changes', async () => {
  await begin(1);
  const first = await end(1);
  await sight(1, { step: 500 });
  const again = await db.trainingRecords.endAttempt(key(1), {
    cause: 'hung',
    exitCode: 1,
    message: 'other',
    charged: true,
  });
  expect(again).toEqual(first);
  expect(first).toMatchObject({ cause: 'killed', message: 'killed', exitCode: 137, charged: false, lastStep: 0 });
});

test('an attempt that is not there is not found', async () => {
  await expect(sight(9, {})).rejects.toMatchObject({ code: 'NotFound' });
  expect(await db.trainingRecords.findAttempt(key(9))).toBeUndefined();
});

test('a run that ends stops what still stands as running of it, and nothing else', async () => {
  await db.runs.begin({ runId, project: 'churn', trigger: 't' });
  await begin(1);
  await end(1);
  await begin(2);
  await db.trainingRecords.beginAttempt({
    runId: 'c'.repeat(32),
    attempt: 1,
    placement: 'spot',
    use: { cpus: 1, gpus: 0 },
    price,
  });
  await db.runs.update(runId, { status: 'cancelled', ended: true });
  const { items } = await db.trainingRecords.listAttempts(runId, { size: 10, token: null });
  expect(items.map(({ attempt, cause }) => [attempt, cause])).toEqual([
    [2, 'stopped'],
    [1, 'killed'],
  ]);
  expect(await db.trainingRecords.findAttempt({ runId: 'c'.repeat(32), attempt: 1 })).toMatchObject({ cause: null });
});

test('attempts are listed newest first, page by page', async () => {
  for (const attempt of [1, 2, 3, 4, 5]) {
    await begin(attempt);
    await end(attempt);
  }
  const first = await db.trainingRecords.listAttempts(runId, { size: 3, token: null });
  const second = await db.trainingRecords.listAttempts(runId, { size: 3, token: first.nextToken });
  expect([...first.items, ...second.items].map(({ attempt }) => attempt)).toEqual([5, 4, 3, 2, 1]);
  expect(second.nextToken).toBeNull();
});

const at = '2026-01-31T09:00:00.000Z';
const point = (step: number, value: number, name = 'loss') => ({ name, step, value, at });
const all = { name: null, limit: 1_000 };

test('a step that was done again has the later number, whoever reports last', async () => {
  await db.trainingRecords.appendMetrics(key(1), [point(1, 1), point(2, 0.5)]);
  await db.trainingRecords.appendMetrics(key(2), [point(2, 0.4), point(2, 0.45), point(3, 0.3)]);
  await db.trainingRecords.appendMetrics(key(1), [point(2, 0.5)]);
  expect(await db.trainingRecords.listMetrics(runId, all)).toEqual([point(1, 1), point(2, 0.45), point(3, 0.3)]);
});

test('nothing to append is nothing to do', async () => {
  await db.trainingRecords.appendMetrics(key(1), []);
  expect(await db.trainingRecords.listMetrics(runId, all)).toEqual([]);
});

test('long histories are thinned out metric by metric and keep their last point', async () => {
  const long = Array.from({ length: 12_000 }, (_, step) => point(step, 1 / (step + 1)));
  await db.trainingRecords.appendMetrics(key(1), [...long, point(7, 0.9, 'auc')]);
  const items = await db.trainingRecords.listMetrics(runId, { name: null, limit: 100 });
  const losses = items.filter(({ name }) => name === 'loss');
  expect(losses.length).toBeLessThanOrEqual(100);
  expect(losses.length).toBeGreaterThan(90);
  expect(losses.at(-1)?.step).toBe(11_999);
  expect(items.filter(({ name }) => name === 'auc')).toEqual([point(7, 0.9, 'auc')]);
  expect(await db.trainingRecords.listMetrics(runId, { name: 'auc', limit: 1 })).toHaveLength(1);
});

test('of a metric only what came from a step on is read, thinned out by itself', async () => {
  await db.trainingRecords.appendMetrics(
    key(1),
    Array.from({ length: 100 }, (_, step) => point(step, step)),
  );
  const late = await db.trainingRecords.listMetrics(runId, { name: 'loss', from: 97, limit: 10 });
  expect(late.map(({ step }) => step)).toEqual([97, 98, 99]);
  expect(await db.trainingRecords.listMetrics(runId, { name: 'loss', from: 100, limit: 10 })).toEqual([]);
});
