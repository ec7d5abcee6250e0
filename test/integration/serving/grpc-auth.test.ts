import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import type { ApiKey } from '@laurel/ports';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';
import { codeOf, decode, encode, endOf, failureOf, type GrpcClient, openClient } from './grpc-client.js';

let world: ServingWorld;
let client: GrpcClient;
let url: string;

beforeAll(async () => {
  const apiKeys = {
    authenticate: async (secret: string) => (secret === 'good' ? ({ name: 'a key' } as ApiKey) : undefined),
  };
  world = await startServingWorld(undefined, apiKeys);
  url = await world.serving.listenGrpc({ host: '127.0.0.1', port: 0 });
  client = openClient(url);
  const champion = await world.publish(
    1,
    buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] }),
  );
  world.fleet.committed = [splitOf({ champion })];
});
afterAll(async () => {
  client?.close();
  await world?.close();
});

const service = 'GRPCInferenceService';
const methods = [
  'ModelReady',
  'ServerMetadata',
  'ModelMetadata',
  'ModelInfer',
  'ModelConfig',
  'ModelStatistics',
  'RepositoryIndex',
  'RepositoryModelLoad',
  'RepositoryModelUnload',
];
const closed = [...methods.map((method) => `${service}/${method}`), 'PredictionService/Predict'];

test.each(closed)('%s is denied without a live key, before its message is looked at', async (path) => {
  for (const authorization of ['', 'Bearer bad', 'good', 'Basic good']) {
    const metadata = authorization === '' ? {} : { authorization };
    const { code, error } = await failureOf(client.send(path, Buffer.from([0x0a, 0x80]), { metadata }));
    expect({ code, error }).toEqual({ code: status.UNAUTHENTICATED, error: 'Unauthenticated' });
  }
});

test('a stream is denied without a live key', async () => {
  expect(await endOf(client.stream())).toMatchObject({ code: status.UNAUTHENTICATED });
});

test('health is for everybody, and a live key is let in', async () => {
  for (const path of ['Health/Check', `${service}/ServerLive`, `${service}/ServerReady`]) {
    await expect(client.call(path)).resolves.toBeDefined();
  }
  const metadata = { authorization: 'Bearer good' };
  const inputs = [{ name: 'tenure', datatype: 'FP32', shape: [1, 1], contents: { fp32_contents: [1] } }];
  const call = (method: string, message = {}) => client.call(`${service}/${method}`, message, { metadata });
  await expect(call('ServerMetadata')).resolves.toMatchObject({ message: { name: 'laurel' } });
  const isServed = async () => (await codeOf(call('ModelInfer', { model_name: 'churn', inputs }))) === status.OK;
  await eventually(isServed, 'a live key is answered');
});

test('who watches health is told that the server leaves, an open stream is ended, and no calls are taken', async () => {
  const startedAt = performance.now();
  const stream = client.stream({ authorization: 'Bearer good' });
  const answered = once(stream, 'data');
  stream.write(encode('inference.ModelInferRequest', { model_name: 'churn' }));
  await answered;
  const streamEnded = endOf(stream);
  const watching = client.watch('');
  const told: unknown[] = [];
  watching.on('data', (bytes: Buffer) => told.push(decode('grpc.health.v1.HealthCheckResponse', bytes)['status']));
  const ended = endOf(watching);
  await once(watching, 'data');
  await world.serving.drain();
  expect(await ended).toMatchObject({ code: status.UNAVAILABLE });
  expect(told.at(-1)).toBe('NOT_SERVING');
  expect(await streamEnded).toMatchObject({ code: status.UNAVAILABLE });
  expect(performance.now() - startedAt).toBeLessThan(8_000);
  const other = openClient(url);
  expect((await failureOf(other.call('Health/Check', {}, { deadline: 2_000 }))).code).toBe(status.UNAVAILABLE);
  other.close();
});
