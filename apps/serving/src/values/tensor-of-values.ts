import { elementCount, emptyData, type Tensor, type TensorSpec, type TensorType } from '@laurel/domain';
import { isBinary, textOfBinary } from './binary-value.js';
import { flat, shapeOf, shown } from './nested.js';
import { refuse } from './refuse.js';

type Writable = { [index: number]: string | number | bigint };

const floats: ReadonlySet<TensorType> = new Set(['FP16', 'FP32', 'FP64']);

/**
 * A tensor from nested lists of JSON. `null` is a missing value of a float or a text. Errors: `InvalidInput` for ragged
 * lists and for a value that the type does not hold exactly; a float may be rounded.
 */
export function tensorOf(
  { name, datatype }: Pick<TensorSpec, 'name' | 'datatype'>,
  value: unknown,
  path: string,
): Tensor & { readonly nullAt?: number } {
  const shape = shapeOf(value, path);
  const cells = flat(value);
  const data = emptyData(datatype, elementCount(shape) ?? 0);
  let nullAt = -1;
  for (const [index, cell] of cells.entries()) {
    if (cell === null && (floats.has(datatype) || datatype === 'BYTES')) {
      if (nullAt < 0) nullAt = index;
      if (datatype !== 'BYTES') (data as Writable)[index] = Number.NaN;
    } else if (!write(data, { index, cell, datatype, path })) {
      refuse(`${path} holds ${shown(cell)} at ${index}, which is no value of ${datatype}.`);
    }
  }
  return nullAt < 0 ? { name, datatype, shape, data } : { name, datatype, shape, data, nullAt };
}

interface Element {
  readonly index: number;
  readonly cell: unknown;
  readonly datatype: TensorType;
  readonly path: string;
}

/** Writes one element; false when it is no value of the type. */
function write(data: Writable, { index, cell, datatype, path }: Element): boolean {
  if (datatype === 'BYTES') {
    const text = isBinary(cell) ? textOfBinary(cell, path) : cell;
    if (typeof text !== 'string') return false;
    data[index] = text;
    return true;
  }
  if (datatype === 'BOOL') {
    if (typeof cell !== 'boolean' && cell !== 0 && cell !== 1) return false;
    data[index] = Number(cell);
    return true;
  }
  if (typeof cell !== 'number') return false;
  if (floats.has(datatype)) {
    data[index] = cell;
    return Number.isFinite(data[index]);
  }
  if (!Number.isSafeInteger(cell)) return false;
  const exact = datatype === 'INT64' || datatype === 'UINT64' ? BigInt(cell) : cell;
  // A typed array keeps the low bits only: what it gives back differs where the value is outside the type.
  data[index] = exact;
  return data[index] === exact;
}
