import type { ApiKey } from '@laurel/ports';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };
const inputs = [{ name: 'tenure', shape: [1], datatype: 'FP32', data: [1] }];
const keyOf = (role: ApiKey['role']): ApiKey => ({
  id: role,
  name: `the ${role}`,
  role,
  createdAt: '',
  revokedAt: null,
});

let world: ServingWorld;
const call = (path: string, body: object | string = {}, secret?: string) =>
  world.post(path, body, secret === undefined ? {} : { authorization: `Bearer ${secret}` });

beforeAll(async () => {
  const operatorKeys = {
    authenticate: async (secret: string) => (secret === 'operator' || secret === 'viewer' ? keyOf(secret) : undefined),
  };
  world = await startServingWorld(undefined, null, operatorKeys);
  await world.serve(splitOf({ champion: await world.publish(2, buildClassifier(spec)), epoch: 1 }));
  world.fleet.versions = [await world.publish(1, buildClassifier({ ...spec, weights: [1] }))];
});
afterAll(() => world?.close());

test('the index tells every version, its state, and on demand only those that are ready', async () => {
  for (const body of ['', {}, { ready: true }]) {
    expect(await (await call('/v2/repository/index', body)).json()).toEqual([
      { name: 'churn', version: '2', state: 'READY', reason: '' },
    ]);
  }
});

test('loading and unloading need an operator, also where anybody may predict', async () => {
  const load = (secret?: string) => call('/v2/repository/models/churn/load', { parameters: { version: '1' } }, secret);
  expect((await load()).status).toBe(401);
  expect((await load('stolen')).status).toBe(401);
  expect((await load('viewer')).status).toBe(403);
  expect(world.fleet.keepWarm).toEqual([]);
});

test('a version that is loaded answers those who insist on it, until it is unloaded; the split does not change', async () => {
  const pinned = () => call('/v2/models/churn/versions/1/infer', { inputs });
  expect((await pinned()).status).toBe(404);
  expect(
    (await call('/v2/repository/models/churn/load', { parameters: { version: '1.1.0' } }, 'operator')).status,
  ).toBe(200);
  const response = await pinned();
  expect(response.status).toBe(200);
  expect(response.headers.get('x-laurel-version')).toBe('1');
  expect((await call('/v2/models/churn/infer', { inputs })).headers.get('x-laurel-version')).toBe('2');
  expect((await call('/v2/repository/models/churn/unload', { parameters: { version: '1' } }, 'operator')).status).toBe(
    200,
  );
  await eventually(async () => (await pinned()).status === 404, 'the version is let go');
});

test.each([
  ['an endpoint that is none', 'nowhere', { parameters: { version: '1' } }, 404],
  ['a version that is none', 'churn', { parameters: { version: '77' } }, 404],
])('loading %s is refused', async (_, model, body, status) => {
  expect((await call(`/v2/repository/models/${model}/load`, body, 'operator')).status).toBe(status);
});

test('what the split names cannot be unloaded', async () => {
  for (const body of [{}, { parameters: { version: '2' } }, { parameters: { unload_dependents: true } }]) {
    const response = await call('/v2/repository/models/churn/unload', body, 'operator');
    expect(response.status).toBe(409);
    expect(((await response.json()) as { error: string }).error).toMatch('roll back or abort the rollout instead');
  }
});
