import { elementCount, emptyData, type Tensor, type TensorSpec } from '@laurel/domain';

/** Made-up tensors that a graph takes: `rows` rows, 1 for every other dimension that varies; zeros and empty texts. */
export function warmBatch(inputs: readonly TensorSpec[], rows: number): readonly Tensor[] {
  return inputs.map(({ name, datatype, shape: declared }) => {
    const shape = declared.map((dim, axis) => (dim >= 0 ? dim : axis === 0 ? rows : 1));
    return { name, datatype, shape, data: emptyData(datatype, elementCount(shape) ?? 0) };
  });
}
