import { type ApiWorld, applied, createApiWorld } from '../api/api-world.js';
import { aRunId } from '../postgres/builders.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
  await applied(world);
});
afterAll(() => world.close());

async function aRunningRun() {
  const id = aRunId();
  await world.db.runs.begin({ runId: id, project: 'churn', trigger: 'manual' });
  return { id, token: await world.db.runTokens.issue(id) };
}

async function send(token: string, name: string, body: object) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await world.post(`/api/2.0/mlflow/${name}`, body, { as: 'nobody', headers });
  return [answer.status, answer.body.error_code];
}

test('the key of a run logs to that run and to no other, and makes none', async () => {
  const { id, token } = await aRunningRun();
  const other = await aRunningRun();
  const metric = { key: 'm', value: 1, timestamp: 1 };
  expect(await send(token, 'runs/log-metric', { run_id: id, ...metric })).toEqual([200, undefined]);
  expect(await send(token, 'runs/log-batch', { run_uuid: id, metrics: [metric] })).toEqual([200, undefined]);
  const refused = [403, 'PERMISSION_DENIED'];
  expect(await send(token, 'runs/log-metric', { run_id: other.id, ...metric })).toEqual(refused);
  expect(await send(token, 'runs/log-metric', { run_id: other.id, run_uuid: id, ...metric })).toEqual(refused);
  expect(await send(token, 'runs/delete', { run_id: other.id })).toEqual(refused);
  expect(await send(token, 'runs/create', { experiment_id: '0' })).toEqual(refused);
  expect(await send(token, 'experiments/create', { name: 'x' })).toEqual(refused);
  expect(await send(token, 'runs/search', { experiment_ids: ['0'] })).toEqual([200, undefined]);
});

test('a forged key, one of another run and one whose run has ended are refused', async () => {
  const { id, token } = await aRunningRun();
  const other = await aRunningRun();
  const tag = { run_id: id, key: 'a', value: '1' };
  expect(await send(token.replace(id, other.id), 'runs/set-tag', { ...tag, run_id: other.id })).toEqual([
    401,
    'UNAUTHENTICATED',
  ]);
  expect(await send(`${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`, 'runs/set-tag', tag)).toEqual([
    401,
    'UNAUTHENTICATED',
  ]);
  await world.db.runs.update(id, { status: 'failed', ended: true });
  expect(await send(token, 'runs/set-tag', tag)).toEqual([401, 'UNAUTHENTICATED']);
});

test('the key of a run opens nothing else', async () => {
  const { token } = await aRunningRun();
  const headers = { authorization: `Bearer ${token}` };
  expect((await world.get('/api/v1/projects', { as: 'nobody', headers })).status).toBe(401);
});
