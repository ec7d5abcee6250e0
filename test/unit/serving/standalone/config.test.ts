import { parseStandaloneConfig } from '@laurel/serving';

test('a model file alone is served on loopback under the name of its file', () => {
  expect(parseStandaloneConfig(['--model', 'some/Churn Model.v2.onnx'])).toEqual({
    models: [{ name: 'churn-model-v2', path: 'some/Churn Model.v2.onnx' }],
    host: '127.0.0.1',
    port: 8480,
    grpcPort: 8481,
    log: null,
    slaMilliseconds: null,
    maximumBatch: 64,
    watch: false,
    streamDialect: 'triton',
    tracing: null,
    logLevel: 'warn',
  });
});

const modelsOf = (...args: string[]) => parseStandaloneConfig(args).models;

test('models take names in front of their files', () => {
  expect(modelsOf('--model', 'a=x/m.onnx', '--model', 'b=y/m.onnx')).toEqual([
    { name: 'a', path: 'x/m.onnx' },
    { name: 'b', path: 'y/m.onnx' },
  ]);
  expect(modelsOf('--model', 'm.onnx', '--name', 'churn')).toEqual([{ name: 'churn', path: 'm.onnx' }]);
});

test('an equals sign within a path names nothing', () => {
  expect(modelsOf('--model', './date=2026/m.onnx')).toEqual([{ name: 'm', path: './date=2026/m.onnx' }]);
});

test('a file whose name makes no name is called model', () => {
  expect(modelsOf('--model', '模型.onnx')).toEqual([{ name: 'model', path: '模型.onnx' }]);
});

test('all problems are reported together', () => {
  const parse = () =>
    parseStandaloneConfig([
      '--model',
      'Bad_Name=m.onnx',
      '--port=-1',
      '--grpc-port=x',
      '--sla',
      '50',
      '--max-batch',
      '65',
    ]);
  expect(parse).toThrow(
    'laurel serve cannot start: a model cannot be called "Bad_Name" (lower-case letters, digits and hyphens, at most 63); ' +
      '--port is "-1" (a port, 0 to 65535); --grpc-port is "x" (a port, 0 to 65535); ' +
      '--max-batch is "65" (a number of rows, 1 to 64); --sla is "50" (a time such as 50ms or 1s).',
  );
});

test.each([
  [[], 'no model is named (--model model.onnx)'],
  [['--model', 'a.onnx', '--model', 'b.onnx', '--name', 'c'], '--name goes with one --model'],
  [['--model', 'x/a.onnx', '--model', 'y/a.onnx'], 'two models are called "a"'],
  [['--model', 'a.onnx', '--workers', '4'], "Unknown option '--workers'"],
  [['a.onnx'], 'Unexpected argument'],
  [['--model', 'a.onnx', '--grpc-stream', 'seldon'], '--grpc-stream is "seldon" (any of triton, mlserver)'],
] as const)('%j is refused: %s', (args, why) => {
  expect(() => parseStandaloneConfig(args)).toThrow(why);
});

test('traces are turned on by the environment, and what is wrong with it is said with the rest', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  expect(parseStandaloneConfig(['--model', 'a.onnx'], endpoint).tracing).not.toBeNull();
  expect(() => parseStandaloneConfig([], { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(
    /no model is named.*OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"/,
  );
});
