import { LaurelError } from '@laurel/contracts';
import { type ApiWorld, applied, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
  await applied(world);
});
afterEach(() => world.close());

const runs = '/api/v1/projects/churn/runs';
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

test('the same key with the same request gets the same answer, status and place', async () => {
  const first = await world.post(runs, { rollOut: false }, keyed('k1'));
  const again = await world.post(runs, { rollOut: false }, keyed('k1'));
  expect(again.status).toBe(202);
  expect(again.body).toEqual(first.body);
  expect(again.headers['location']).toBe(first.headers['location']);
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(world.orchestrator.asked('fireTrigger')).toHaveLength(1);
});

test('of fifty requests at once with one key, one does the work; the others get its answer or are told to ask again', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => world.post(runs, {}, keyed('k2'))));
  expect(world.orchestrator.asked('fireTrigger')).toHaveLength(1);
  const done = answers.filter(({ status }) => status === 202);
  const waiting = answers.filter(({ status }) => status === 409);
  expect(done.length + waiting.length).toBe(50);
  expect(new Set(done.map(({ body }) => body.runId)).size).toBe(1);
  expect(waiting.every(({ headers }) => Number(headers['retry-after']) > 0)).toBe(true);
  expect((await world.post(runs, {}, keyed('k2'))).body).toEqual(done[0]?.body);
});

test('the same key with another body or another path is refused', async () => {
  await world.post(runs, {}, keyed('k3'));
  for (const other of [
    world.post(runs, { from: 'train' }, keyed('k3')),
    world.post('/api/v1/feedback', {}, keyed('k3')),
  ]) {
    const { status, body } = await other;
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'IdempotencyKeyReused' });
  }
  expect(world.orchestrator.asked('fireTrigger')).toHaveLength(1);
});

test('keys of two callers have nothing to do with each other', async () => {
  const mine = await world.post(runs, {}, { as: 'admin', ...keyed('k4') });
  const yours = await world.post(runs, {}, { as: 'operator', ...keyed('k4') });
  expect(yours.body.runId).not.toBe(mine.body.runId);
});

test('work that failed may be tried again under its key', async () => {
  world.orchestrator.failNext('fireTrigger', new LaurelError('DependencyUnavailable', 'Temporal does not answer.'));
  expect((await world.post(runs, {}, keyed('k5'))).status).toBe(503);
  expect((await world.post(runs, {}, keyed('k5'))).status).toBe(202);
});

test('a key is 1 to 200 visible characters', async () => {
  expect((await world.post(runs, {}, keyed('two words'))).body.code).toBe('InvalidInput');
  expect((await world.post(runs, {}, keyed('x'.repeat(201)))).body.code).toBe('InvalidInput');
});

test('a key grants nothing to those who lack the role', async () => {
  await world.post(runs, {}, keyed('k6'));
  expect((await world.post(runs, {}, { as: 'viewer', ...keyed('k6') })).status).toBe(403);
});

test('the secret of a new API key is kept nowhere, also when the request has a key', async () => {
  const made = await world.post('/api/v1/api-keys', { name: 'ci', role: 'viewer' }, keyed('k6'));
  expect(made.status).toBe(201);
  const kept = await world.db.query<{ row: string }>('select idempotency_keys::text as row from idempotency_keys');
  expect(kept.map(({ row }) => row).join('\n')).not.toContain(made.body.secret);
});
