import { emptyData, type Tensor, type TensorData } from '@laurel/domain';
import type { Batch } from '@laurel/ports';

function isTexts(data: TensorData): data is readonly string[] {
  return Array.isArray(data);
}

/** Tells batches apart that no run can share: dimensions beside the rows. */
export function layoutOf({ tensors }: Batch): string {
  let layout = '';
  for (const { shape } of tensors) {
    for (let axis = 1; axis < shape.length; axis++) layout += `${shape[axis]},`;
    layout += ';';
  }
  return layout;
}

/** One batch with the rows of all, in order. All have one layout. */
export function joinBatches(batches: readonly Batch[]): Batch {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const [first] = batches;
  if (first === undefined) return { rows: 0, tensors: [] };
  const tensors = first.tensors.map((tensor, index) => {
    const parts = batches.map((batch) => (batch.tensors[index] as Tensor).data);
    return { ...tensor, shape: [rows, ...tensor.shape.slice(1)], data: joinData(tensor, parts) };
  });
  return { rows, tensors };
}

function joinData({ datatype }: Tensor, parts: readonly TensorData[]): TensorData {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = emptyData(datatype, length);
  let at = 0;
  for (const part of parts) {
    if (isTexts(joined))
      for (let index = 0; index < part.length; index++) (joined as string[])[at + index] = part[index] as string;
    else (joined as Float64Array).set(part as Float64Array, at);
    at += part.length;
  }
  return joined;
}

/** `count` rows of tensors whose first dimension is the rows; typed arrays are views. */
export function sliceRows(tensors: readonly Tensor[], start: number, count: number): readonly Tensor[] {
  return tensors.map((tensor) => {
    const [rows = 1, ...inner] = tensor.shape;
    const width = tensor.data.length / rows;
    const { data } = tensor;
    const from = start * width;
    const to = from + count * width;
    const part = isTexts(data) ? data.slice(from, to) : data.subarray(from, to);
    return { name: tensor.name, datatype: tensor.datatype, shape: [count, ...inner], data: part };
  });
}

/** Up to `count` rows of a batch from row `start`. */
export function rowsOf(batch: Batch, start: number, count: number): Batch {
  const rows = Math.min(count, batch.rows - start);
  return { rows, tensors: sliceRows(batch.tensors, start, rows) };
}
