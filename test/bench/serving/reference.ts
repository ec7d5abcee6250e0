import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Outputs } from './answers.js';
import { type BenchModel, inputName } from './fixtures.js';
import type { Call } from './requests.js';

/** Answers of a server may be this far from those of onnxruntime in this process. */
export const tolerance = 1e-5;

/** What onnxruntime itself says about rows of a model. */
export interface Reference {
  outputsOf(call: Pick<Call, 'firstRow' | 'rows'>): Promise<Outputs>;
}

/** Loads a model into this process. */
export async function openReference({ onnx, values, width }: BenchModel): Promise<Reference> {
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return {
    outputsOf: async ({ firstRow, rows }) => {
      const taken = values.subarray(firstRow * width, (firstRow + rows) * width);
      const outputs = await session.run({ [inputName]: new Tensor('float32', taken, [rows, width]) });
      return new Map(
        Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data as ArrayLike<unknown>, Number)]),
      );
    },
  };
}

/** How an answer differs from what onnxruntime says, or `null`. An answer must have the probabilities. */
export function difference(given: Outputs, expected: Outputs): string | null {
  if (!given.has('probabilities'))
    return `it has no numbers for probabilities, only for ${[...given.keys()].join(', ')}`;
  for (const [name, values] of given) {
    const wanted = expected.get(name);
    if (wanted === undefined) return `it has an output ${name} that the model lacks`;
    if (wanted.length !== values.length) return `${name} has ${values.length} values instead of ${wanted.length}`;
    const at = values.findIndex((value, index) => !(Math.abs(value - (wanted[index] ?? Number.NaN)) <= tolerance));
    if (at >= 0) return `${name} at ${at} is ${values[at]}, onnxruntime says ${wanted[at]}`;
  }
  return null;
}
