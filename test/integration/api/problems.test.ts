import { LaurelError } from '@laurel/contracts';
import { problem } from '@laurel/contracts/schemas';
import { type ApiWorld, applied, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
  await applied(world);
});
afterAll(() => world.close());

test('a malformed request names every field that is wrong', async () => {
  const answer = await world.post('/api/v1/projects', { text: 3, colour: 'red' });
  expect(answer.status).toBe(400);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const { type, code, errors } = problem.parse(answer.body);
  expect({ type, code }).toEqual({ type: 'urn:laurel:error:InvalidInput', code: 'InvalidInput' });
  expect(errors.map(({ path }) => path)).toEqual(expect.arrayContaining(['text', 'folder']));
  expect(answer.body.detail).toContain('colour');
});

test.each([
  ['/api/v1/projects?pageSize=0', 'pageSize'],
  ['/api/v1/projects?pageSize=ten', 'pageSize'],
  ['/api/v1/projects/Churn', 'project'],
  ['/api/v1/runs/12', 'run'],
  ['/api/v1/models/churn/versions/0', 'version'],
  ['/api/v1/rollouts/churn/x/outcome', 'incarnation'],
  ['/api/v1/endpoints/churn/traffic?since=yesterday', 'since'],
])('%s is malformed', async (url, path) => {
  const { status, body } = await world.get(url);
  expect({ status, code: body.code, path: body.errors[0].path }).toEqual({ status: 400, code: 'InvalidInput', path });
});

test.each([
  ['/api/v1/approvals', { rollout: 'churn/1', reason: 'looked\0good' }, 'reason', 'the character NUL'],
  ['/api/v1/approvals', { rollout: 'churn/1', form: { ticket: 'a\ud800' } }, 'form.ticket', 'half a character'],
  ['/api/v1/approvals', { rollout: 'churn/1', form: { 'a\0': 'b' } }, 'form', 'the character NUL'],
  ['/api/v1/endpoints/churn/rollback', { reason: '\0x' }, 'reason', 'the character NUL'],
  ['/api/v1/feedback', { items: [{ predictionId: 'a', label: 'Yes\0' }] }, 'items.0.label', 'the character NUL'],
  ['/api/v1/projects/churn/runs', { key: 'new\0data' }, 'key', 'the character NUL'],
])('%s refuses %j before any store does', async (url, body, path, holds) => {
  const answer = await world.post(url, body);
  expect({ status: answer.status, errors: answer.body.errors }).toEqual({
    status: 400,
    errors: [{ path, message: `must not hold ${holds}` }],
  });
  expect(answer.body.detail).not.toContain('Postgres');
});

test('a number of the path that is none is told so, by its name', async () => {
  const { body } = await world.get('/api/v1/rollouts/churn/x/outcome');
  expect(body.detail).toBe('The request is malformed: incarnation must be a whole number from 1 to 2147483647.');
});

test('a page token from elsewhere is malformed', async () => {
  expect((await world.get('/api/v1/runs?pageToken=abc')).body.code).toBe('InvalidInput');
});

test.each([
  '/api/v1/projects/absent',
  '/api/v1/runs/00000000000000000000000000000000',
  '/api/v1/models/absent',
  '/api/v1/models/churn/versions/9',
  '/api/v1/datasets/absent/versions/1',
  '/api/v1/endpoints/absent',
  '/api/v1/endpoints/absent/split',
  '/api/v1/endpoints/absent/splits',
  '/api/v1/endpoints/absent/traffic',
  '/api/v1/endpoints/churn/rollouts/1',
  '/api/v1/rollouts/churn/1/evidence',
  '/api/v1/approvals?rollout=churn/1',
  '/api/v1/approvals/standing?rollout=churn/1',
  '/api/v1/evidence/churn%2F1%2Fgate',
  '/docs/assets/absolute-path.js',
  '/docs/assets/..%2Fpackage.json',
  '/api/v1/unheard-of',
  '/favicon.ico',
])('%s is not found', async (url) => {
  const { status, body } = await world.get(url);
  expect({ status, code: body.code, instance: body.instance }).toEqual({
    status: 404,
    code: 'NotFound',
    instance: url.split('?', 1)[0],
  });
});

test('a known path with another method is not found', async () => {
  expect((await world.send('PUT', '/api/v1/projects', { body: {} })).body.code).toBe('NotFound');
});

test('text that is no JSON and a foreign media type are malformed', async () => {
  const headers = { 'content-type': 'application/json' };
  expect((await world.post('/api/v1/feedback', '{bad', { headers })).body.code).toBe('InvalidInput');
  const xml = await world.post('/api/v1/feedback', '<a/>', { headers: { 'content-type': 'application/xml' } });
  expect(xml.body.code).toBe('InvalidInput');
});

test('a body above 1 MiB is refused', async () => {
  const { status, body } = await world.post('/api/v1/projects', { folder: '/x', text: 'x'.repeat(1_100_000) });
  expect({ status, code: body.code }).toEqual({ status: 413, code: 'TooLarge' });
});

test('a project file that does not follow laurel/v1 is refused with each problem and its place', async () => {
  const text = 'apiVersion: laurel/v1\nkind: ModelProject\nmetadata: { name: Bad Name }\nspec: { taks: binary }\n';
  const { status, body } = await world.post('/api/v1/projects', { folder: '/x', text });
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'InvalidProject' });
  expect(body.errors.length).toBeGreaterThan(1);
  expect(JSON.stringify(body.errors)).toContain('task');
});

test('a bug shows its request id and nothing of itself', async () => {
  world.orchestrator.failNext('reconcileSchedules', new Error('password=hunter2 at /srv/secret.ts:12'));
  const project = (await world.get('/api/v1/projects/churn')).body.project;
  const answer = await world.post(
    '/api/v1/projects',
    { folder: '/x', project },
    { headers: { 'x-request-id': 'look-me-up' } },
  );
  expect({ status: answer.status, code: answer.body.code, id: answer.body.requestId }).toEqual({
    status: 500,
    code: 'Internal',
    id: 'look-me-up',
  });
  expect(JSON.stringify(answer)).not.toMatch(/hunter2|secret\.ts/);
  expect(answer.headers['retry-after']).toBeDefined();
});

test('what may be tried again says when', async () => {
  world.orchestrator.failNext('fireTrigger', new LaurelError('DependencyUnavailable', 'Temporal does not answer.'));
  const answer = await world.post('/api/v1/projects/churn/runs', {});
  expect(answer.status).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
});

test('an answer carries the request id it was given, or a new one', async () => {
  const given = await world.get('/healthz', { headers: { 'x-request-id': 'abc-1' } });
  expect(given.headers['x-request-id']).toBe('abc-1');
  const forged = await world.get('/healthz', { headers: { 'x-request-id': 'two\twords {}' } });
  expect(forged.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

test('readiness names the dependency that does not answer', async () => {
  expect((await world.get('/readyz', { as: 'nobody' })).status).toBe(200);
  world.orchestrator.failNext('ping', new LaurelError('DependencyUnavailable', 'Temporal does not answer.'));
  const { status, body } = await world.get('/readyz', { as: 'nobody' });
  expect(status).toBe(503);
  expect(body.dependencies).toEqual([
    { name: 'postgres', ok: true, detail: 'answers' },
    { name: 'temporal', ok: false, detail: 'does not answer' },
  ]);
});
