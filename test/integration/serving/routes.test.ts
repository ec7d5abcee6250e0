import { Agent, request } from 'node:http';
import { LaurelError } from '@laurel/contracts';
import { buildClassifier, buildRegressor } from '../../support/onnx-builder.js';
import {
  bodyOf,
  type InferBody,
  type PredictBody,
  type ServingWorld,
  splitOf,
  startServingWorld,
} from '../../support/serving-world.js';

const classifier = buildClassifier({
  inputs: ['tenure', { name: 'contract', dtype: 'BYTES', optional: true, categories: { monthly: 1, yearly: -1 } }],
  weights: [-1, 2],
  bias: 0,
  classes: ['No', 'Yes'],
});
const row = { customer_id: 'c-1', tenure: 1, contract: 'monthly' };
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let world: ServingWorld;
const get = (path: string) => fetch(`${world.url}${path}`);

beforeAll(async () => {
  world = await startServingWorld();
  const champion = await world.publish(3, classifier);
  await world.serve(splitOf({ champion, epoch: 7 }));
  const value = await world.publish(1, buildRegressor({ inputs: ['a'], weights: [2], bias: 1 }));
  await world.serve(splitOf({ champion: value, endpoint: 'prices' }));
});
afterAll(() => world?.close());

test('rows are answered with label, probabilities by class and a prediction id each', async () => {
  const response = await world.post('/predict/churn', { rows: [row, { tenure: 5, contract: null }] });
  expect(response.status).toBe(200);
  const body = await bodyOf<PredictBody>(response);
  expect(body).toMatchObject({ modelVersion: 3, semver: '1.3.0', arm: 'champion', epoch: 7, fallback: false });
  expect(body.predictions.map(({ label }) => label)).toEqual(['Yes', 'No']);
  expect(body.predictions[0]?.probabilities?.['Yes']).toBeCloseTo(1 / (1 + Math.exp(-1)), 5);
  expect(body.predictions[0]?.predictionId).toMatch(uuidv7);
  expect(body.predictions[0]?.predictionId).not.toBe(body.predictions[1]?.predictionId);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-laurel-version': '3',
    'x-laurel-arm': 'champion',
    'x-laurel-fallback': 'false',
    'x-laurel-epoch': '7',
    'x-laurel-prediction-id': body.predictions[0]?.predictionId,
    'x-laurel-digest': expect.stringMatching(/^sha256:/),
  });
});

test.each([{ row }, row])('a single row is answered like a list of one', async (body) => {
  const answer = await bodyOf<PredictBody>(world.post('/predict/churn', body));
  expect(answer.predictions).toHaveLength(1);
  expect(answer.predictions[0]?.label).toBe('Yes');
});

test('a regression answers with a value', async () => {
  const answer = await bodyOf<PredictBody>(world.post('/predict/prices', { a: 4 }));
  expect(answer.predictions[0]).toMatchObject({ label: null, probabilities: null, value: 9 });
});

test.each([
  ['malformed JSON', '/predict/churn', '{"rows": [', { status: 400, code: 'InvalidInput' }],
  ['an empty body', '/predict/churn', '', { status: 400, code: 'InvalidInput' }],
  ['a list', '/predict/churn', '[1]', { status: 400, code: 'InvalidInput' }],
  ['no rows', '/predict/churn', '{"rows": []}', { status: 400, code: 'InvalidInput' }],
  ['a row that is no object', '/predict/churn', '{"rows": [3]}', { status: 400, code: 'InvalidInput' }],
  ['a prototype in disguise', '/predict/churn', '{"__proto__": {"tenure": 1}}', { status: 400, code: 'InvalidInput' }],
  ['an unknown endpoint', '/predict/nowhere', '{"tenure": 1}', { status: 404, code: 'NotFound' }],
  ['a name that is none', '/predict/..%2f..%2fetc', '{"tenure": 1}', { status: 404, code: 'NotFound' }],
  ['a body over 32 MiB', '/predict/churn', `"${'x'.repeat(34_000_000)}"`, { status: 413, code: 'TooLarge' }],
  ['text that is no JSON', '/predict/churn', 'tenure=1', { status: 400, code: 'InvalidInput' }],
])('%s is refused as a problem', async (_, path, body, { status, code }) => {
  const response = await world.post(path, body);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch('application/problem+json');
  expect(await response.json()).toMatchObject({ type: `urn:laurel:error:${code}`, status, code });
});

test('a cell that the model does not take is named by row and column, and counts against nobody', async () => {
  const response = await world.post('/predict/churn', { rows: [row, { tenure: 'old' }] });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: 'InvalidInput',
    errors: [{ path: 'rows[1].tenure', message: '"old" is not a number' }],
  });
  expect(await (await get('/metrics')).text()).not.toMatch(/status="InvalidInput"/);
});

test('the Open Inference Protocol describes server and model', async () => {
  for (const path of ['/v2', '/v2/']) expect(await (await get(path)).json()).toMatchObject({ name: 'laurel' });
  expect(await (await get('/v2/health/live')).json()).toEqual({ live: true });
  expect(await (await get('/v2/health/ready')).json()).toEqual({ ready: true });
  expect(await (await get('/v2/models')).json()).toEqual({ models: ['churn', 'prices'] });
  for (const path of ['/v2/models/churn', '/v2/models/churn/versions/3', '/v2/models/churn/versions/1.3.0']) {
    expect(await (await get(path)).json()).toEqual({
      name: 'churn',
      versions: ['3'],
      platform: 'onnxruntime_onnx',
      inputs: [
        { name: 'tenure', datatype: 'FP32', shape: [-1, 1] },
        { name: 'contract', datatype: 'BYTES', shape: [-1, 1] },
      ],
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
      ],
    });
    expect(await (await get(`${path}/ready`)).json()).toEqual({ name: 'churn', ready: true });
  }
});

test('an inference takes one tensor per column and answers with tensors, version and prediction id', async () => {
  const response = await world.post('/v2/models/churn/infer', {
    id: '42',
    inputs: [
      { name: 'tenure', shape: [2, 1], datatype: 'FP32', data: [[1], [5]] },
      { name: 'contract', shape: [2], datatype: 'BYTES', data: ['monthly', null] },
    ],
  });
  const body = await bodyOf<InferBody>(response);
  expect(body).toMatchObject({
    model_name: 'churn',
    model_version: '3',
    id: '42',
    parameters: { arm: 'champion', prediction_id: expect.stringMatching(uuidv7) },
  });
  expect(body.outputs[0]).toEqual({ name: 'label', datatype: 'BYTES', shape: [2], data: ['Yes', 'No'] });
  expect(body.outputs[1]).toMatchObject({ name: 'probabilities', datatype: 'FP32', shape: [2, 2] });
  expect(body.outputs[1]?.data).toHaveLength(4);
});

test('an inference answers with the outputs that were asked for, of the version that was asked for', async () => {
  const inputs = [{ name: 'a', shape: [1], datatype: 'FP32', data: [4] }];
  const response = await world.post('/v2/models/prices/versions/1/infer', { inputs, outputs: [{ name: 'value' }] });
  const body = await bodyOf<InferBody>(response);
  expect(body.outputs).toEqual([{ name: 'value', datatype: 'FP32', shape: [1, 1], data: [9] }]);
  expect(response.headers.get('x-laurel-arm')).toBe('pinned');
});

const tensor = { name: 'tenure', shape: [1], datatype: 'FP32', data: [1] };
test.each([
  ['no inputs', 'churn', {}, 400],
  ['a shape of its own', 'churn', { inputs: [{ ...tensor, shape: [1, 2], data: [1, 2] }] }, 400],
  ['fewer values than its shape', 'churn', { inputs: [{ ...tensor, shape: [2] }] }, 400],
  ['a datatype that JSON cannot carry', 'churn', { inputs: [{ ...tensor, datatype: 'FP16' }] }, 400],
  ['values of another type', 'churn', { inputs: [{ ...tensor, data: ['one'] }] }, 400],
  ['tensors of different lengths', 'churn', { inputs: [tensor, { ...tensor, name: 'x', shape: [0], data: [] }] }, 400],
  ['an output that is not there', 'churn', { inputs: [tensor], outputs: [{ name: 'shape' }] }, 400],
  ['an unknown model', 'nowhere', { inputs: [tensor] }, 404],
  ['an unknown version', 'churn/versions/99', { inputs: [tensor] }, 404],
])('an inference with %s is refused in the words of the protocol', async (_, model, body, status) => {
  const response = await world.post(`/v2/models/${model}/infer`, body);
  expect(response.status).toBe(status);
  expect(Object.keys(await bodyOf<object>(response))).toEqual(['error']);
});

test.each([
  ['NaN as Python writes it', '"shape":[1],"datatype":"FP32","data":[NaN]', 'NaN is not a value of JSON at byte'],
  [
    'a number that no float holds',
    '"shape":[1],"datatype":"FP32","data":[1e400]',
    'element 0 is too large for FP32 at byte',
  ],
  [
    'a variable dimension',
    '"shape":[-1],"datatype":"FP32","data":[1]',
    'a dimension must be a whole number from 0 at byte',
  ],
  ['depth', `"shape":[1],"datatype":"FP32","data":${'['.repeat(200_000)}`, 'it is nested deeper than 32 at byte'],
  ['data before its shape', '"data":["x"],"shape":[1],"datatype":"FP32"', 'a value is missing at byte'],
])('%s is refused with the name of the input', async (_, rest, message) => {
  const response = await world.post('/v2/models/churn/infer', `{"inputs":[{"name":"tenure",${rest}}]}`);
  expect(response.status).toBe(400);
  const { error } = await bodyOf<{ error: string }>(response);
  expect(error).toContain(`The input "tenure" cannot be read: ${message}`);
});

test('health and metrics are where Kubernetes and Prometheus look', async () => {
  expect(await (await get('/healthz')).json()).toEqual({ status: 'alive' });
  expect(await (await get('/readyz')).json()).toEqual({ ready: true });
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toMatch(/laurel_requests_total\{endpoint="churn",version="3",arm="champion",status="ok"\} \d+/);
  expect(metrics).toMatch(/laurel_split_epoch\{endpoint="churn"\} 7/);
  expect(metrics).toMatch(/laurel_loaded_versions 2/);
});

test('a question that is answered with an error keeps its connection, as a good one does', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const call = request(`${world.url}${path}`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(call.socket?.localPort ?? 0));
      });
      call.on('error', reject);
      call.end();
    });
  const ports = [];
  for (const path of ['/healthz', '/nowhere', '/v2/models/nowhere', '/healthz']) ports.push(await ask(path));
  agent.destroy();
  expect(new Set(ports).size).toBe(1);
});

test.each([
  ['GET', '/predict/churn', 'POST'],
  ['DELETE', '/predictions/churn', 'POST, PUT'],
  ['PUT', '/v2/models/churn/infer', 'POST'],
  ['POST', '/v2/models/churn', 'GET, HEAD'],
  ['GET', '/v1/models/churn:predict', 'POST'],
  ['GET', '/invocations', 'POST'],
  ['PATCH', '/metrics', 'GET, HEAD'],
  ['OPTIONS', '/healthz?all', 'GET, HEAD'],
])('%s %s is answered with 405 and the methods that there are', async (method, path, allowed) => {
  const response = await fetch(`${world.url}${path}`, { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
  expect(await response.text()).toContain('MethodNotAllowed');
});

test('HEAD is answered as GET is, without a body', async () => {
  for (const path of ['/healthz', '/v2/models/churn', '/readyz']) {
    const head = await fetch(`${world.url}${path}`, { method: 'HEAD' });
    const length = (await (await get(path)).text()).length;
    expect([head.status, Number(head.headers.get('content-length')), await head.text()]).toEqual([200, length, '']);
  }
  expect((await fetch(`${world.url}/nowhere`, { method: 'HEAD' })).status).toBe(404);
});

test('an unknown path is a problem with 404', async () => {
  expect(await (await get('/nowhere')).json()).toMatchObject({ code: 'NotFound', status: 404 });
});

test('a process that others can reach answers only callers with a live key, and remembers them while Postgres is away', async () => {
  let away = false;
  const authenticate = async (secret: string) => {
    if (away) throw new LaurelError('DependencyUnavailable', 'Postgres does not answer.');
    if (secret !== 'good') return undefined;
    return { id: '1', name: 'app', role: 'viewer' as const, createdAt: '2026-01-31T09:00:00.000Z', revokedAt: null };
  };
  const guarded = await startServingWorld(undefined, { authenticate });
  const statusOf = async (path: string, key?: string) =>
    (await fetch(`${guarded.url}${path}`, { headers: key ? { authorization: `Bearer ${key}` } : {} })).status;
  for (const path of ['/healthz', '/v2/health/live']) expect(await statusOf(path)).toBe(200);
  for (const path of ['/metrics', '/v2', '/v2/models', '/nowhere']) expect(await statusOf(path)).toBe(401);
  expect((await guarded.post('/predict/churn', {})).status).toBe(401);
  expect(await statusOf('/v2', 'bad')).toBe(401);
  expect(await statusOf('/v2', 'good')).toBe(200);
  away = true;
  expect(await statusOf('/v2', 'good')).toBe(200);
  expect(await statusOf('/v2', 'unknown')).toBe(503);
  await guarded.close();
});
