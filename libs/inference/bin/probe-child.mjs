// Loads a model that nobody trusts yet and runs it once. Standard input: a line of JSON {feeds, outputs}, then the model.
// Standard output: one line of JSON. The parent limits memory and time; this process holds no secrets and may die.
import { buffer } from 'node:stream/consumers';
import ort from 'onnxruntime-node';

const arrays = {
  float32: (values) => Float32Array.from(values),
  float64: (values) => Float64Array.from(values),
  int32: (values) => Int32Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
  bool: (values) => Uint8Array.from(values, Number),
  string: (values) => values,
};

const quiet = { logSeverityLevel: 4 };
const one = { intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ['cpu'] };

const input = await buffer(process.stdin);
const end = input.indexOf(10);
const { feeds, outputs } = JSON.parse(input.subarray(0, end).toString());

function answer(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

try {
  const session = await ort.InferenceSession.create(new Uint8Array(input.subarray(end + 1)), { ...one, ...quiet });
  answer({ stage: 'loaded', inputs: session.inputMetadata, outputs: session.outputMetadata });
  const tensors = feeds.map(({ name, type, dims, values }) => [name, new ort.Tensor(type, arrays[type](values), dims)]);
  await session.run(Object.fromEntries(tensors), outputs, quiet);
  answer({ stage: 'ran' });
} catch (error) {
  answer({
    stage: 'failed',
    message: String(error?.message ?? error)
      .split('\n')[0]
      .slice(0, 300),
  });
}
