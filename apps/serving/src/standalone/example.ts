import { isLaurelError } from '@laurel/contracts';
import { elementCount, emptyData, type Tensor, type TensorSpec } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';

/** Made-up tensors for a model, and whether it answered them. */
export interface Example {
  readonly tensors: readonly Tensor[];
  readonly answers: boolean;
}

/** Sizes tried for dimensions, other than the rows, that a request chooses: 1 and what networks of images and texts like. */
const sizes = [1, 8, 32, 224] as const;
/** More elements are not tried: the line would be long to wait for. */
const maximumElements = 2_000_000;

/** Tensors that the model answers: zeros, else ones, of the smallest shapes that it takes. */
export async function exampleFor(model: RunnableModel): Promise<Example> {
  for (const size of sizes) {
    for (const fill of [0, 1]) {
      const tensors = model.inputs.map((spec) => madeUp(spec, size, fill));
      if (tensors.some(({ data }) => data.length > maximumElements)) continue;
      if (await answers(model, tensors)) return { tensors, answers: true };
    }
  }
  return { tensors: model.inputs.map((spec) => madeUp(spec, 1, 0)), answers: false };
}

function madeUp({ name, datatype, shape: declared }: TensorSpec, size: number, fill: number): Tensor {
  const shape = declared.map((dim, axis) => (dim >= 0 ? dim : axis === 0 ? 1 : size));
  const data = emptyData(datatype, elementCount(shape) ?? 0);
  if (datatype === 'BYTES') return { name, datatype, shape, data };
  if (datatype === 'INT64' || datatype === 'UINT64') (data as BigInt64Array).fill(BigInt(fill));
  else (data as Float64Array).fill(fill);
  return { name, datatype, shape, data };
}

async function answers(model: RunnableModel, tensors: readonly Tensor[]): Promise<boolean> {
  try {
    const batch = model.admit(tensors);
    model.check(await model.run(batch), batch.rows);
    return true;
  } catch (error) {
    if (isLaurelError(error)) return false;
    throw error;
  }
}
