import { encode, type Message } from '../../integration/serving/grpc-client.js';

/** A valid call from which mutants are made. */
export interface SeedCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly message: Buffer;
}

const service = '/inference.GRPCInferenceService';
const text = (value: string) => Buffer.from(value);

/** Texts as raw contents have them: each behind its length. */
function rawTexts(...values: readonly string[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(Buffer.byteLength(value));
      return Buffer.concat([head, Buffer.from(value)]);
    }),
  );
}

const floats = (...values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);
const counts = Buffer.from(BigInt64Array.of(9_007_199_254_740_993n, -1n).buffer);

const x = { name: 'x', datatype: 'FP32', shape: [2, 2] };
const count = { name: 'count', datatype: 'INT64', shape: [2] };
const word = { name: 'text', datatype: 'BYTES', shape: [2] };

/** What a request may have beside its tensors. */
const more = {
  id: 'ä-1',
  parameters: {
    timeout: { int64_param: 5_000_000 },
    priority: { uint64_param: 1 },
    sequence_id: { string_param: 'a' },
    share: { double_param: 0.5 },
    flag: { bool_param: true },
    prediction_ids: { bool_param: true },
  },
};

function inferMessages(): readonly Message[] {
  return [
    { model_name: 'swap', ...more, inputs: [{ ...x, contents: { fp32_contents: [1, 2.5, -3e2, 0.125] } }] },
    { model_name: 'swap', model_version: '1', inputs: [x], raw_input_contents: [floats(1, 2, 3, 4)] },
    {
      model_name: 'swap',
      inputs: [x],
      outputs: [{ name: 'y', parameters: { classification: { int64_param: 1 } } }],
      raw_input_contents: [floats(1, 2, 3, 4)],
    },
    {
      model_name: 'echo',
      inputs: [
        { ...count, contents: { int64_contents: ['9007199254740993', -1] } },
        { ...word, contents: { bytes_contents: [text('grün'), text('a "b"')] } },
      ],
    },
    { model_name: 'echo', ...more, inputs: [count, word], raw_input_contents: [counts, rawTexts('grün', '')] },
  ];
}

const dimensions = (...sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size })) });

function predictMessages(): readonly Message[] {
  const values = { dtype: 'DT_FLOAT', tensor_shape: dimensions(2, 2), float_val: [1, 2, 3, 4] };
  const content = { dtype: 'DT_FLOAT', tensor_shape: dimensions(1, 2), tensor_content: floats(1, 2) };
  const echo = {
    count: { dtype: 'DT_INT64', tensor_shape: dimensions(2), int64_val: [1, '-9007199254740993'] },
    text: { dtype: 'DT_STRING', tensor_shape: dimensions(2), string_val: [text('grün')] },
  };
  return [
    { model_spec: { name: 'swap', signature_name: 'serving_default' }, inputs: { x: values }, output_filter: ['y'] },
    { model_spec: { name: 'swap', version: { value: 1 } }, inputs: { x: content } },
    { model_spec: { name: 'echo', version_label: 'champion' }, inputs: echo },
  ];
}

/** The method whose answers tell of errors within a stream. */
export const streamPath = `${service}/ModelStreamInfer`;

/** Valid messages for the graphs `swap` (x: FP32 [-1, 2]) and `echo` (count, text); the requests for inferences most often. */
export function seedCalls(): readonly SeedCall[] {
  const infer = inferMessages().map((message) => encode('inference.ModelInferRequest', message));
  const small: readonly (readonly [string, string, Message])[] = [
    ['ModelMetadata', 'ModelMetadataRequest', { name: 'swap', version: '1' }],
    ['ModelReady', 'ModelReadyRequest', { name: 'echo' }],
    ['ModelConfig', 'ModelConfigRequest', { name: 'echo', version: '1' }],
    ['ModelStatistics', 'ModelStatisticsRequest', { name: 'swap' }],
    ['RepositoryIndex', 'RepositoryIndexRequest', { repository_name: 'a', ready: true }],
    [
      'RepositoryModelLoad',
      'RepositoryModelLoadRequest',
      { model_name: 'swap', parameters: { version: { string_param: '1' } } },
    ],
  ];
  return [
    ...infer.map((message) => ({ path: `${service}/ModelInfer`, message })),
    ...infer.map((message) => ({ path: `${service}/ModelInfer`, message })),
    ...infer.map((message) => ({ path: streamPath, message })),
    ...predictMessages().map((message) => ({
      path: '/tensorflow.serving.PredictionService/Predict',
      message: encode('tensorflow.serving.PredictRequest', message),
    })),
    ...small.map(([method, type, message]) => ({
      path: `${service}/${method}`,
      message: encode(`inference.${type}`, message),
    })),
    {
      path: '/grpc.health.v1.Health/Check',
      message: encode('grpc.health.v1.HealthCheckRequest', { service: 'inference.GRPCInferenceService' }),
    },
  ];
}
