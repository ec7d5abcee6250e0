import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import type { ApiKey } from '@laurel/ports';
import { eventually } from '../../support/eventually.js';
import { buildClassifier, buildFailing, buildSlow } from '../../support/onnx-builder.js';
import { bodyOf, type InferBody, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';
import { codeOf, decode, encode, endOf, failureOf, type GrpcClient, type Message, openClient } from './grpc-client.js';

const spec = {
  inputs: ['tenure', { name: 'contract', dtype: 'BYTES', categories: { monthly: 1 } }],
  weights: [-1, 2],
  bias: 0,
  classes: ['No', 'Yes'],
} as const;
const one = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] } as const;
const role = (name: ApiKey['role']) => ({ name: `the ${name}`, role: name }) as ApiKey;
const operatorKeys = {
  authenticate: async (secret: string) => (secret === 'operator' || secret === 'viewer' ? role(secret) : undefined),
};

let world: ServingWorld;
let client: GrpcClient;

beforeAll(async () => {
  world = await startServingWorld(undefined, null, operatorKeys);
  client = openClient(await world.serving.listenGrpc({ host: '127.0.0.1', port: 0 }));
  const champion = await world.publish(3, buildClassifier(spec));
  const challenger = await world.publish(4, buildClassifier({ ...spec, weights: [1, 2] }));
  await world.serve(splitOf({ champion, challenger, weight: 0, epoch: 7 }));
  await world.serve(
    splitOf({ endpoint: 'slow', champion: await world.publish(1, buildSlow({ ...one, size: 512, layers: 24 })) }),
  );
  await world.serve(
    splitOf({ endpoint: 'broken', champion: await world.publish(5, buildFailing({ ...one, above: 5 })) }),
  );
  world.fleet.versions = [await world.publish(2, buildClassifier(one))];
}, 60_000);
afterAll(async () => {
  client?.close();
  await world?.close();
});

const typed = {
  inputs: [
    { name: 'tenure', datatype: 'FP32', shape: [2, 1], contents: { fp32_contents: [1, 5] } },
    {
      name: 'contract',
      datatype: 'BYTES',
      shape: [2, 1],
      contents: { bytes_contents: ['monthly', 'yearly'].map((text) => Buffer.from(text)) },
    },
  ],
};
const text = (value: string) => Buffer.concat([Buffer.of(value.length, 0, 0, 0), Buffer.from(value)]);
const raw = {
  inputs: typed.inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
  raw_input_contents: [Buffer.from(Float32Array.of(1, 5).buffer), Buffer.concat([text('monthly'), text('yearly')])],
};
const infer = (message: Message, options = {}) =>
  client.call('GRPCInferenceService/ModelInfer', { model_name: 'churn', ...message }, options);
const tenure = (value: number) => ({
  inputs: [{ name: 'tenure', datatype: 'FP32', shape: [1, 1], contents: { fp32_contents: [value] } }],
});

test('typed and raw requests are answered in kind, with the numbers that REST gives', async () => {
  const inputs = typed.inputs.map(({ name, datatype, shape }, index) => ({
    name,
    datatype,
    shape,
    data: index === 0 ? [1, 5] : ['monthly', 'yearly'],
  }));
  const rest = await bodyOf<InferBody>(world.post('/v2/models/churn/infer', { inputs }));
  const [label, probabilities] = rest.outputs;
  const { message, headers } = await infer({ ...typed, id: 'a' });
  expect(message).toMatchObject({ model_name: 'churn', model_version: '3', id: 'a', raw_output_contents: [] });
  expect(message['outputs'][0]).toMatchObject({ name: 'label', datatype: 'BYTES', shape: ['2'] });
  expect(message['outputs'][0].contents.bytes_contents.map(String)).toEqual(label?.data);
  expect(message['outputs'][1]).toMatchObject({ name: 'probabilities', datatype: 'FP32', shape: ['2', '2'] });
  expect(message['outputs'][1].contents.fp32_contents.map(Math.fround)).toEqual(
    probabilities?.data.map((value) => Math.fround(value as number)),
  );
  expect(message['parameters'].prediction_id.string_param).toBe(headers['x-laurel-prediction-id']);
  expect(headers).toMatchObject({
    'x-laurel-version': '3',
    'x-laurel-arm': 'champion',
    'x-laurel-epoch': '7',
    'x-laurel-fallback': 'false',
  });

  const { message: answer } = await infer(raw);
  expect(answer['outputs'][1].contents).toBeNull();
  const labels = label?.data as readonly string[];
  const [texts, floats] = answer['raw_output_contents'] as Buffer[];
  expect(texts).toEqual(Buffer.concat(labels.map(text)));
  expect(Array.from(new Float32Array(new Uint8Array(floats as Buffer).buffer))).toEqual(
    probabilities?.data.map((value) => Math.fround(value as number)),
  );
});

test('only the outputs that are named are answered, as classes where that is asked for', async () => {
  const { message } = await infer({
    ...typed,
    outputs: [{ name: 'probabilities', parameters: { classification: { int64_param: 1 } } }],
  });
  expect(message['outputs']).toHaveLength(1);
  expect(message['outputs'][0].contents.bytes_contents.map(String)[0]).toMatch(/^0\.\d+:1:Yes$/);
});

test.each(['4', '1.4.0', 'challenger'])('version %s answers those who insist on it', async (version) => {
  const { message } = await infer({ ...typed, model_version: version });
  expect(message['model_version']).toBe('4');
});

test('server and models describe themselves', async () => {
  const ask = async (method: string, message: Message = {}) =>
    (await client.call(`GRPCInferenceService/${method}`, message)).message;
  expect(await ask('ServerLive')).toEqual({ live: true });
  expect(await ask('ServerReady')).toEqual({ ready: true });
  expect(await ask('ModelReady', { name: 'churn', version: '3' })).toEqual({ ready: true });
  for (const nobody of [{ name: 'nowhere' }, { name: 'churn', version: '9' }, { name: '../x' }]) {
    expect(await ask('ModelReady', nobody)).toEqual({ ready: false });
  }
  expect(await ask('ServerMetadata')).toMatchObject({
    name: 'laurel',
    extensions: expect.arrayContaining(['statistics', 'model_repository']),
  });
  expect(await ask('ModelMetadata', { name: 'churn' })).toEqual({
    name: 'churn',
    versions: ['3', '4'],
    platform: 'onnxruntime_onnx',
    inputs: [
      { name: 'tenure', datatype: 'FP32', shape: ['-1', '1'] },
      { name: 'contract', datatype: 'BYTES', shape: ['-1', '1'] },
    ],
    outputs: [
      { name: 'label', datatype: 'BYTES', shape: ['-1'] },
      { name: 'probabilities', datatype: 'FP32', shape: ['-1', '2'] },
    ],
  });
  expect((await ask('ModelConfig', { name: 'churn' }))['config']).toMatchObject({
    name: 'churn',
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: [
      { name: 'tenure', data_type: 'TYPE_FP32', dims: ['-1', '1'] },
      { name: 'contract', data_type: 'TYPE_STRING' },
    ],
    output: [{ name: 'label' }, { name: 'probabilities', dims: ['-1', '2'] }],
  });
});

test('statistics count requests, rows and runs of a version', async () => {
  const statisticsOf = async (message: Message) =>
    (await client.call('GRPCInferenceService/ModelStatistics', message)).message['model_stats'] as Message[];
  const [before] = await statisticsOf({ name: 'churn', version: '4' });
  await infer({ ...typed, model_version: '4' });
  const [after] = await statisticsOf({ name: 'churn', version: '4' });
  const grown = (field: string) => Number(after?.[field]) - Number(before?.[field]);
  expect([grown('inference_count'), grown('execution_count')]).toEqual([2, 1]);
  expect(Number(after?.['inference_stats'].success.count) - Number(before?.['inference_stats'].success.count)).toBe(1);
  expect(Number(after?.['inference_stats'].success.ns)).toBeGreaterThan(0);
  expect(Date.now() - Number(after?.['last_inference'])).toBeLessThan(10_000);
  expect((await statisticsOf({ name: 'churn' })).map(({ version }) => version)).toEqual(['3', '4']);
  expect((await statisticsOf({})).map(({ name }) => name)).toEqual(expect.arrayContaining(['churn', 'slow', 'broken']));
  expect(await failureOf(statisticsOf({ name: 'nowhere' }))).toMatchObject({ code: status.NOT_FOUND });
});

test('the repository tells its index; an operator loads and unloads versions', async () => {
  const call = (method: string, message: Message, secret?: string) =>
    client.call(
      `GRPCInferenceService/${method}`,
      message,
      secret === undefined ? {} : { metadata: { authorization: `Bearer ${secret}` } },
    );
  const { message } = await call('RepositoryIndex', { ready: true });
  expect(message['models']).toEqual(
    expect.arrayContaining([{ name: 'churn', version: '3', state: 'READY', reason: '' }]),
  );
  const wish = { model_name: 'churn', parameters: { version: { string_param: '2' } } };
  expect((await failureOf(call('RepositoryModelLoad', wish))).code).toBe(status.UNAUTHENTICATED);
  expect((await failureOf(call('RepositoryModelLoad', wish, 'viewer'))).code).toBe(status.PERMISSION_DENIED);
  await call('RepositoryModelLoad', wish, 'operator');
  expect((await infer({ ...tenure(1), model_version: '2' })).message['model_version']).toBe('2');
  const champion = { model_name: 'churn', parameters: { version: { int64_param: 3 } } };
  expect((await failureOf(call('RepositoryModelUnload', champion, 'operator'))).code).toBe(status.ABORTED);
  await call('RepositoryModelUnload', wish, 'operator');
  await eventually(
    async () => (await codeOf(infer({ ...tenure(1), model_version: '2' }))) === status.NOT_FOUND,
    'version 2 is let go',
  );
});

test.each([
  ['an endpoint that is none', { model_name: 'nowhere', ...typed }, status.NOT_FOUND, 'NotFound'],
  ['a version that is none', { model_version: '9', ...typed }, status.NOT_FOUND, 'NotFound'],
  ['a missing input', tenure(1), status.INVALID_ARGUMENT, 'InvalidInput'],
  ['an output that is none', { ...typed, outputs: [{ name: 'x' }] }, status.INVALID_ARGUMENT, 'InvalidInput'],
  ['a model that fails', { model_name: 'broken', ...tenure(6) }, status.INTERNAL, 'ModelOutputInvalid'],
])('%s is answered by its status', async (_, message, code, error) => {
  expect(await failureOf(infer(message))).toMatchObject({ code, error });
});

test('a method that is none is not there', async () => {
  expect((await failureOf(client.send('GRPCInferenceService/ModelInfer', Buffer.alloc(0)))).code).toBe(
    status.NOT_FOUND,
  );
});

test('a deadline that passes ends the call, and what waits behind it is not run', async () => {
  const calls = Array.from({ length: 12 }, () =>
    failureOf(infer({ model_name: 'slow', ...tenure(1) }, { deadline: 30 })),
  );
  expect(new Set((await Promise.all(calls)).map(({ code }) => code))).toEqual(new Set([status.DEADLINE_EXCEEDED]));
  const timeout = { parameters: { timeout: { int64_param: 1 } } };
  expect(await failureOf(infer({ model_name: 'slow', ...tenure(1), ...timeout }))).toMatchObject({
    code: status.DEADLINE_EXCEEDED,
    error: 'DeadlineExceeded',
  });
});

test('a call that is cancelled leaves nothing behind', async () => {
  const leaving = new AbortController();
  const calls = Array.from({ length: 12 }, () =>
    failureOf(infer({ model_name: 'slow', ...tenure(1) }, { signal: leaving.signal })),
  );
  setTimeout(() => leaving.abort(), 20);
  expect(new Set((await Promise.all(calls)).map(({ code }) => code))).toEqual(new Set([status.CANCELLED]));
  await eventually(
    async () => (await (await fetch(`${world.url}/metrics`)).text()).includes('laurel_requests_in_flight 0\n'),
    'nothing is in flight',
  );
});

const streamed = (message: Message) => encode('inference.ModelInferRequest', { model_name: 'churn', ...message });

test('a stream answers in order, and an error in its middle does not end it', async () => {
  const stream = client.stream();
  const answers: Message[] = [];
  stream.on('data', (bytes: Buffer) => answers.push(decode('inference.ModelStreamInferResponse', bytes)));
  const final = { triton_enable_empty_final_response: { bool_param: true } };
  stream.write(streamed({ ...typed, id: '1', parameters: final }));
  stream.write(streamed({ ...typed, id: '2', model_version: '9' }));
  stream.write(Buffer.from([0x0a, 0x80]));
  for (let id = 4; id <= 40; id++) stream.write(streamed({ ...raw, id: String(id) }));
  stream.end();
  expect(await endOf(stream)).toMatchObject({ code: status.OK });
  expect(answers.map(({ infer_response: response }) => response.id)).toEqual([
    '1',
    '2',
    '',
    ...Array.from({ length: 37 }, (_, index) => String(index + 4)),
  ]);
  expect(answers.map(({ error_message: error }) => error !== '').slice(0, 5)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
  expect(answers[1]?.['error_message']).toMatch(/^NotFound: .*no version 9/);
  expect(answers[2]?.['error_message']).toMatch(/^InvalidInput: ModelInferRequest.model_name/);
  expect(answers[0]?.['infer_response'].parameters.triton_final_response).toEqual({ bool_param: true });
});

test('a caller that names MLServer’s streams gets bare responses, and an error ends its stream', async () => {
  const stream = client.stream({ 'x-laurel-stream': 'mlserver' });
  const answers: Message[] = [];
  stream.on('data', (bytes: Buffer) => answers.push(decode('inference.ModelInferResponse', bytes)));
  for (let id = 1; id <= 30; id++) stream.write(streamed({ ...typed, id: String(id) }));
  stream.write(streamed({ ...typed, id: 'bad', model_version: '9' }));
  for (let id = 32; id <= 60; id++) stream.write(streamed({ ...typed, id: String(id) }));
  const { code, details } = await endOf(stream);
  expect(code).toBe(status.NOT_FOUND);
  expect(details).toMatch(/no version 9/);
  expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, index) => String(index + 1)));
  expect(answers[0]?.['outputs'].map(({ name }: Message) => name)).toEqual(['label', 'probabilities']);
  const whole = client.stream({ 'x-laurel-stream': 'MLServer' });
  whole.on('data', (bytes: Buffer) => answers.push(decode('inference.ModelInferResponse', bytes)));
  whole.end(streamed({ ...typed, id: 'last' }));
  expect(await endOf(whole)).toMatchObject({ code: status.OK });
  expect(answers.at(-1)).toMatchObject({ id: 'last', model_version: '3' });
});

test('health is checked and watched; TensorFlow Serving clients are answered in their way', async () => {
  const check = async (service: string) => (await client.call('Health/Check', { service })).message;
  expect(await check('')).toEqual({ status: 'SERVING' });
  expect(await check('inference.GRPCInferenceService')).toEqual({ status: 'SERVING' });
  expect((await failureOf(check('nobody'))).code).toBe(status.NOT_FOUND);
  const unknown = client.watch('nobody');
  unknown.on('error', () => undefined);
  const [first] = (await once(unknown, 'data')) as [Buffer];
  expect(decode('grpc.health.v1.HealthCheckResponse', first)).toEqual({ status: 'SERVICE_UNKNOWN' });
  unknown.cancel();

  const tensor = (dtype: string, size: number, values: Message) => ({
    dtype,
    tensor_shape: { dim: [{ size }, { size: 1 }] },
    ...values,
  });
  const inputs = {
    tenure: tensor('DT_FLOAT', 2, { tensor_content: Buffer.from(Float32Array.of(1, 5).buffer) }),
    contract: tensor('DT_STRING', 2, { string_val: [Buffer.from('monthly'), Buffer.from('yearly')] }),
  };
  const predict = (message: Message) =>
    client.call('PredictionService/Predict', { model_spec: { name: 'churn' }, inputs, ...message });
  const { message, headers } = await predict({});
  expect(message['model_spec']).toMatchObject({
    name: 'churn',
    version: { value: '3' },
    signature_name: 'serving_default',
  });
  expect(message['outputs'].label).toMatchObject({ dtype: 'DT_STRING', tensor_shape: { dim: [{ size: '2' }] } });
  expect(message['outputs'].label.string_val.map(String)).toEqual(['Yes', 'No']);
  expect(message['outputs'].probabilities.float_val).toHaveLength(4);
  expect(headers['x-laurel-arm']).toBe('champion');
  const repeated = {
    ...inputs,
    tenure: tensor('DT_FLOAT', 2, { float_val: [1] }),
    contract: tensor('DT_STRING', 2, { string_val: [Buffer.from('monthly')] }),
  };
  const filtered = (await predict({ inputs: repeated, output_filter: ['label'] })).message;
  expect(Object.keys(filtered['outputs'])).toEqual(['label']);
  expect(filtered['outputs'].label.string_val.map(String)).toEqual(['Yes', 'Yes']);
  const spec = async (model_spec: Message) =>
    (await predict({ model_spec: { name: 'churn', ...model_spec } })).message['model_spec'].version.value;
  expect(await spec({ version: { value: 4 } })).toBe('4');
  expect(await spec({ version_label: 'challenger', signature_name: 'serving_default' })).toBe('4');
  expect((await failureOf(spec({ signature_name: 'other' }))).code).toBe(status.INVALID_ARGUMENT);
  const huge = { ...inputs, tenure: tensor('DT_FLOAT', 2 ** 40, { float_val: [1] }) };
  expect(await failureOf(predict({ inputs: huge }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringMatching(/"tenure" has shape/),
  });
  expect((await failureOf(predict({ inputs: { ...inputs, tenure: { dtype: 'DT_FLOAT' } } }))).code).toBe(
    status.INVALID_ARGUMENT,
  );
});
