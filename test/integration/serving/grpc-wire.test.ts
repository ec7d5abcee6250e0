import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Tensor, TensorType } from '@laurel/domain';
import type { PredictRequest } from '../../../apps/serving/src/predictions.js';
import { codeOf, encode, failureOf, type GrpcClient, type Message, openClient } from './grpc-client.js';
import { type EchoServer, startEchoServer } from './grpc-echo.js';

let echo: EchoServer;
let asked: readonly PredictRequest[];
let client: GrpcClient;
let url: string;

beforeAll(async () => {
  echo = await startEchoServer();
  ({ asked, url } = echo);
  client = openClient(url);
});
afterAll(async () => {
  client.close();
  await echo.server.drain();
});
afterEach(() => expect(echo.takeFailures()).toEqual([]));

interface Case {
  readonly type: TensorType;
  readonly field: string | null;
  readonly typed: readonly unknown[];
  readonly raw: Buffer;
  readonly elements: readonly unknown[];
}

const bytesOf = (data: NodeJS.TypedArray) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
const texts = ['', 'monatlich', 'Müller 😀'];
const textBytes = Buffer.concat(
  texts.map((text) => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(Buffer.byteLength(text));
    return Buffer.concat([head, Buffer.from(text)]);
  }),
);
const numbers = (type: TensorType, field: string | null, data: NodeJS.TypedArray): Case => ({
  type,
  field,
  typed: Array.from(data as unknown as ArrayLike<number | bigint>, String),
  raw: bytesOf(data),
  elements: Array.from(data as unknown as ArrayLike<number | bigint>),
});

const cases: readonly Case[] = [
  { ...numbers('BOOL', 'bool_contents', Uint8Array.of(1, 0, 1)), typed: [true, false, true] },
  numbers('UINT8', 'uint_contents', Uint8Array.of(0, 128, 255)),
  numbers('UINT16', 'uint_contents', Uint16Array.of(0, 40_000, 65_535)),
  numbers('UINT32', 'uint_contents', Uint32Array.of(0, 3_000_000_000, 4_294_967_295)),
  numbers('UINT64', 'uint64_contents', BigUint64Array.of(0n, 2n ** 53n + 1n, 2n ** 64n - 1n)),
  numbers('INT8', 'int_contents', Int8Array.of(-128, -1, 127)),
  numbers('INT16', 'int_contents', Int16Array.of(-32_768, -1, 32_767)),
  numbers('INT32', 'int_contents', Int32Array.of(-2_147_483_648, -1, 2_147_483_647)),
  numbers('INT64', 'int64_contents', BigInt64Array.of(-(2n ** 63n), -(2n ** 53n) - 1n, 2n ** 63n - 1n)),
  numbers('FP16', null, Float16Array.of(-0.5, 65_504, 6e-8)),
  numbers('FP32', 'fp32_contents', Float32Array.of(0.1, -3.4e38, 1e-45)),
  numbers('FP64', 'fp64_contents', Float64Array.of(0.1, -1.7e308, 5e-324)),
  {
    type: 'BYTES',
    field: 'bytes_contents',
    typed: texts.map((text) => Buffer.from(text)),
    raw: textBytes,
    elements: texts,
  },
];

const tensorsOf = (request: PredictRequest | undefined): readonly Tensor[] =>
  request?.input.kind === 'tensors' ? request.input.tensors : [];

test.each(cases)('$type goes as raw contents and comes back bit for bit', async ({ type, raw, elements }) => {
  const input = { name: 'x', datatype: type, shape: [3] };
  const { message } = await client.call('GRPCInferenceService/ModelInfer', {
    model_name: 'churn',
    inputs: [input, { ...input, name: 'y' }],
    raw_input_contents: [raw, raw],
  });
  expect(Array.from(tensorsOf(asked.at(-1))[1]?.data as ArrayLike<unknown>)).toEqual(elements);
  expect(message['raw_output_contents']).toEqual([raw, raw]);
  expect(message['outputs']).toEqual([
    { name: 'x', datatype: type, shape: ['3'], parameters: {}, contents: null },
    { name: 'y', datatype: type, shape: ['3'], parameters: {}, contents: null },
  ]);
});

test.each(cases.filter(({ field }) => field !== null))(
  '$type goes as typed contents and comes back as such',
  async (one) => {
    const { type, field, typed, elements } = one;
    const { message } = await client.call('GRPCInferenceService/ModelInfer', {
      model_name: 'churn',
      inputs: [{ name: 'x', datatype: type, shape: [3, 1], contents: { [field as string]: typed } }],
    });
    expect(Array.from(tensorsOf(asked.at(-1))[0]?.data as ArrayLike<unknown>)).toEqual(elements);
    const [output] = message['outputs'] as Message[];
    expect(output).toMatchObject({ name: 'x', datatype: type, shape: ['3', '1'] });
    const contents = output?.['contents'][field as string] as unknown[];
    const written = type === 'BYTES' || type === 'BOOL' ? typed : elements;
    expect(contents.map((value) => (typeof written[0] === 'bigint' ? BigInt(value as string) : value))).toEqual(
      written,
    );
    expect(message['raw_output_contents']).toEqual([]);
  },
);

test('elements that come one by one, not packed, are the same elements', async () => {
  const head = encode('inference.ModelInferRequest', { model_name: 'churn' });
  const contents = Buffer.from([
    0x18,
    0x05,
    0x18,
    ...Array.from({ length: 9 }, () => 0xff),
    0x01,
    0x1a,
    0x02,
    0x07,
    0x08,
  ]);
  const input = Buffer.concat([
    encode('inference.ModelInferRequest.InferInputTensor', { name: 'x', datatype: 'INT64', shape: [4] }),
    Buffer.from([0x2a, contents.length]),
    contents,
  ]);
  await client.send('GRPCInferenceService/ModelInfer', Buffer.concat([head, Buffer.from([0x2a, input.length]), input]));
  expect(Array.from(tensorsOf(asked.at(-1))[0]?.data as BigInt64Array)).toEqual([5n, -1n, 7n, 8n]);
});

test('parameters, sticky key, deadline and headers reach the data plane', async () => {
  const parameters = {
    timeout: { int64_param: 5_000_000 },
    priority: { uint64_param: 2 },
    share: { double_param: 0.5 },
    sequence_id: { uint64_param: '18446744073709551615' },
    name: { string_param: 'a' },
    flag: { bool_param: true },
  };
  const request = { model_name: 'churn', id: '42', model_version: '1.4.0', parameters };
  const { message, headers } = await client.call('GRPCInferenceService/ModelInfer', request, {
    metadata: { 'x-laurel-sticky-key': 'c-1', 'x-tier': 'gold' },
    deadline: 2_000,
  });
  const given = asked.at(-1);
  expect(given).toMatchObject({
    endpoint: 'churn',
    version: '1.4.0',
    stickyKey: 'c-1',
    requestId: '42',
    client: '127.0.0.1',
    protocol: 'oip-grpc',
  });
  expect(given?.header('x-tier')).toBe('gold');
  expect(given?.header('not a key')).toBeUndefined();
  expect((given?.deadline ?? 0) - performance.now()).toBeLessThan(2_000);
  expect(given?.priority).toBeLessThan(0);
  expect(message).toMatchObject({ id: '42', model_name: 'churn', model_version: '3' });
  expect(message['parameters']).toMatchObject({
    prediction_id: { string_param: 'id-0' },
    arm: { string_param: 'champion' },
    fallback: { bool_param: false },
  });
  expect(headers).toMatchObject({
    'x-laurel-version': '3',
    'x-laurel-arm': 'champion',
    'x-laurel-prediction-id': 'id-0',
  });
});

const fp32 = { name: 'x', datatype: 'FP32', shape: [2] };
const infer = (message: Message) => encode('inference.ModelInferRequest', { model_name: 'churn', ...message });
const typedInput = (extra: Message) => infer({ inputs: [{ ...fp32, ...extra }] });
const eight = Buffer.alloc(8);

test.each([
  ['a message that ends in a number', Buffer.from([0x0a, 0x80]), /model_name ends in the middle of a number/],
  ['a field that is longer than its message', Buffer.from([0x0a, 0x7f, 0x41]), /model_name ends beyond its message/],
  ['a length of more than 32 bits', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x41]), /ends beyond/],
  [
    'a number of more than 64 bits',
    Buffer.from([0x0a, ...Array.from({ length: 10 }, () => 0xff), 0x01]),
    /more than 64 bits/,
  ],
  ['a field without a number', Buffer.from([0x00, 0x00]), /field without a number/],
  ['a group', Buffer.from([0x0b, 0x0c]), /wire type 3/],
  ['a text that is a number', Buffer.from([0x08, 0x01]), /model_name has wire type 0/],
  ['a text that is not UTF-8', Buffer.from([0x0a, 0x02, 0xc3, 0x28]), /model_name holds a text that is not UTF-8/],
  [
    'a negative dimension',
    typedInput({ shape: [-1], contents: { fp32_contents: [1] } }),
    /"x" has shape \[-1\], which has a dimension below 0/,
  ],
  [
    'a product that overflows',
    typedInput({ shape: [2 ** 40, 2 ** 40], contents: { fp32_contents: [1] } }),
    /more elements/,
  ],
  ['33 dimensions', typedInput({ shape: Array(33).fill(1) }), /more than 32 dimensions/],
  [
    'a shape that lies',
    typedInput({ shape: [2 ** 45], contents: { fp32_contents: [1] } }),
    /"x" has 1 elements for shape/,
  ],
  ['a datatype that is none', typedInput({ datatype: 'FP8' }), /"x" has the datatype "FP8"/],
  ['an input without a name', typedInput({ name: '' }), /no name/],
  [
    'contents of another type',
    typedInput({ contents: { int64_contents: [1, 2] } }),
    /"x" is FP32 and has int64_contents; send fp32_contents/,
  ],
  [
    'FP16 as typed contents',
    typedInput({ datatype: 'FP16', contents: { fp32_contents: [1, 2] } }),
    /send raw_input_contents/,
  ],
  [
    'a number that INT8 does not hold',
    typedInput({ datatype: 'INT8', contents: { int_contents: [1, 200] } }),
    /int_contents holds 200/,
  ],
  [
    'raw and typed contents',
    infer({ inputs: [{ ...fp32, contents: { fp32_contents: [1, 2] } }], raw_input_contents: [eight] }),
    /one of the two/,
  ],
  [
    'fewer raw contents than inputs',
    infer({ inputs: [fp32, { ...fp32, name: 'y' }], raw_input_contents: [eight] }),
    /1 elements for 2 inputs/,
  ],
  ['raw contents of another size', infer({ inputs: [fp32], raw_input_contents: [Buffer.alloc(7)] }), /"x" has 7 bytes/],
  [
    'a raw BOOL of 2',
    infer({ inputs: [{ ...fp32, datatype: 'BOOL', shape: [1] }], raw_input_contents: [Buffer.of(2)] }),
    /not 0 or 1/,
  ],
  [
    'a text that lies about its length',
    infer({
      inputs: [{ ...fp32, datatype: 'BYTES', shape: [1] }],
      raw_input_contents: [Buffer.of(255, 255, 255, 255)],
    }),
    /bytes for text 0/,
  ],
  [
    '10,001 inputs',
    Buffer.concat(
      Array.from({ length: 10_001 }, () => Buffer.from([0x2a, 9, 0x0a, 1, 0x78, 0x12, 4, 0x42, 0x4f, 0x4f, 0x4c])),
    ),
    /inputs has more than 10000 elements/,
  ],
])('%s is refused by name', async (_, bytes, sentence) => {
  const { code, details, error } = await failureOf(client.send('GRPCInferenceService/ModelInfer', bytes));
  expect({ code, error }).toEqual({ code: status.INVALID_ARGUMENT, error: 'InvalidInput' });
  expect(details).toMatch(sentence);
});

/** Sends messages with a few bytes changed, and some cut short; gives how often each code came. */
async function answersTo(path: string, seeds: readonly Buffer[], count: number): Promise<ReadonlyMap<status, number>> {
  let random = 1;
  const draw = (below: number) => {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((random / 2 ** 31) * below);
  };
  const mutated = () => {
    const bytes = Buffer.from(seeds[draw(seeds.length)] as Buffer);
    for (let changes = draw(4) + 1; changes > 0; changes--)
      bytes[draw(bytes.length)] = draw(3) === 0 ? 0xff : draw(256);
    return draw(5) === 0 ? bytes.subarray(0, draw(bytes.length)) : bytes;
  };
  const codes = new Map<status, number>();
  for (let sent = 0; sent < count; sent += 50) {
    const given = await Promise.all(Array.from({ length: 50 }, () => codeOf(client.send(path, mutated()))));
    for (const code of given) codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const allowed = [status.OK, status.INVALID_ARGUMENT, status.NOT_FOUND, status.DEADLINE_EXCEEDED];
  expect([...codes.keys()].filter((code) => !allowed.includes(code))).toEqual([]);
  return codes;
}

test('2,000 mutated messages are answered or refused by name', async () => {
  const head = {
    id: 'ä',
    parameters: { timeout: { int64_param: 5_000_000 }, a: { string_param: 'b' } },
    outputs: [{ name: 'x', parameters: { classification: { int64_param: 0 } } }],
  };
  const seeds = cases.flatMap(({ type, field, typed, raw }) => {
    const input = { name: 'x', datatype: type, shape: [3] };
    return [
      infer({ ...head, inputs: [input], raw_input_contents: [raw] }),
      ...(field === null ? [] : [infer({ ...head, inputs: [{ ...input, contents: { [field]: typed } }] })]),
    ];
  });
  const codes = await answersTo('GRPCInferenceService/ModelInfer', seeds, 2_000);
  expect(codes.get(status.INVALID_ARGUMENT)).toBeGreaterThan(500);
});

/** TensorFlow's name, field and values of each type; halves are their bits. */
const tensorflow: Readonly<Record<TensorType, readonly [dtype: string, field: string]>> = {
  BOOL: ['DT_BOOL', 'bool_val'],
  UINT8: ['DT_UINT8', 'int_val'],
  UINT16: ['DT_UINT16', 'int_val'],
  UINT32: ['DT_UINT32', 'uint32_val'],
  UINT64: ['DT_UINT64', 'uint64_val'],
  INT8: ['DT_INT8', 'int_val'],
  INT16: ['DT_INT16', 'int_val'],
  INT32: ['DT_INT32', 'int_val'],
  INT64: ['DT_INT64', 'int64_val'],
  FP16: ['DT_HALF', 'half_val'],
  FP32: ['DT_FLOAT', 'float_val'],
  FP64: ['DT_DOUBLE', 'double_val'],
  BYTES: ['DT_STRING', 'string_val'],
};
const predictPath = 'PredictionService/Predict';

test.each(cases)(
  '$type goes through TensorFlow Serving as values and as content',
  async ({ type, typed, raw, elements }) => {
    const [dtype, field] = tensorflow[type];
    const values = type === 'FP16' ? Array.from(new Uint16Array(new Uint8Array(raw).buffer)) : typed;
    const head = { dtype, tensor_shape: { dim: [{ size: 3 }] } };
    const given = type === 'BYTES' ? [{ [field]: values }] : [{ [field]: values }, { tensor_content: raw }];
    for (const content of given) {
      const inputs = { x: { ...head, ...content } };
      const { message } = await client.call(predictPath, { model_spec: { name: 'churn' }, inputs });
      expect(Array.from(tensorsOf(asked.at(-1))[0]?.data as ArrayLike<unknown>)).toEqual(elements);
      expect(message['outputs'].x).toMatchObject({ dtype, tensor_shape: { dim: [{ size: '3' }] } });
      const written = type === 'BYTES' || type === 'BOOL' || type === 'FP16' ? values : elements;
      const read = message['outputs'].x[field] as unknown[];
      expect(read.map((value) => (typeof written[0] === 'bigint' ? BigInt(value as string) : value))).toEqual(written);
    }
  },
);

test('mutated messages of TensorFlow Serving are answered or refused by name', async () => {
  const seeds = cases.map(({ type, typed }) => {
    const [dtype, field] = tensorflow[type];
    const tensor = { dtype, tensor_shape: { dim: [{ size: 3 }] }, [field]: typed };
    const message = {
      model_spec: { name: 'churn', version: { value: 3 } },
      inputs: { x: tensor },
      output_filter: ['x'],
    };
    return encode('tensorflow.serving.PredictRequest', message);
  });
  const codes = await answersTo(predictPath, seeds, 1_000);
  expect(codes.get(status.INVALID_ARGUMENT)).toBeGreaterThan(200);
});

test('a stream whose answers nobody reads is not read from', async () => {
  const before = asked.length;
  const message = infer({ inputs: [{ ...fp32, shape: [25_000] }], raw_input_contents: [Buffer.alloc(100_000)] });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  // grpc-js's own client reads on into its memory.
  const session = connectHttp2(url.replace('grpc', 'http'), { maxSessionMemory: 100 });
  const path = '/inference.GRPCInferenceService/ModelStreamInfer';
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.pause();
  for (let count = 0; count < 60; count++) stream.write(Buffer.concat([head, message]));
  stream.end();
  await pause(1_000);
  expect(asked.length - before).toBe(8);
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  stream.resume();
  const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>];
  expect(trailers['grpc-status']).toBe('0');
  expect(asked.length - before).toBe(60);
  await once(stream, 'close');
  expect(bytes).toBeGreaterThan(60 * 100_000);
  session.close();
});
