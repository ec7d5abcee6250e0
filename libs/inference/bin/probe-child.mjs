// Loads a model that nobody trusts yet and runs it once. Standard input: a line of JSON {feeds: [{name, type, dims}],
// outputs}, both null for what the graph itself declares, then the model. Standard output: one line of JSON per stage. The parent limits memory and time; this process
// holds no secrets and may die.
import { buffer } from 'node:stream/consumers';
import ort from 'onnxruntime-node';

const arrays = {
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

const quiet = { logSeverityLevel: 4 };
const one = { intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ['cpu'] };
const onlyOnnx = { extra: { session: { load_model_format: 'ONNX' } } };

const input = await buffer(process.stdin);
const end = input.indexOf(10);
const { feeds, outputs } = JSON.parse(input.subarray(0, end).toString());

function answer(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function madeUp({ type, dims }) {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return new ort.Tensor(type, type === 'string' ? Array(length).fill('') : new arrays[type](length), dims);
}

function declared({ inputMetadata }) {
  const dimsOf = (shape) => shape.map((dim) => (typeof dim === 'number' ? Math.max(dim, 1) : 1));
  return inputMetadata.map(({ name, type, shape }) => ({ name, type, dims: dimsOf(shape) }));
}

try {
  const session = await ort.InferenceSession.create(input.subarray(end + 1), { ...one, ...quiet, ...onlyOnnx });
  answer({ stage: 'loaded', inputs: session.inputMetadata, outputs: session.outputMetadata });
  const given = Object.fromEntries((feeds ?? declared(session)).map((feed) => [feed.name, madeUp(feed)]));
  await session.run(given, outputs ?? session.outputNames, quiet);
  answer({ stage: 'ran' });
} catch (error) {
  answer({
    stage: 'failed',
    message: String(error?.message ?? error)
      .split('\n')[0]
      .slice(0, 300),
  });
}
