import type { Tensor, TensorData, TensorSpec, TensorType } from '@laurel/client';
import { LaurelError } from '@laurel/contracts';
import type { JsonObject } from '../input/json-rows.js';

/** A value, or lists of values within lists. */
export type Nested = string | number | boolean | readonly Nested[];

/**
 * Tensors of a bare graph from rows that name its inputs. A value is one element of the input's first dimension, so that
 * `{"x": [1, 2]}` is a row of `[-1, 2]`. Errors: `InvalidInput` that names the row and the input.
 */
export function tensorsOfRows(rows: readonly JsonObject[], inputs: readonly TensorSpec[]): readonly Tensor[] {
  const known = inputs.map(({ name }) => name);
  for (const [index, row] of rows.entries()) {
    const unknown = Object.keys(row).find((name) => !known.includes(name));
    if (unknown !== undefined)
      refuse(`row ${index + 1}: there is no input "${unknown}"; the model takes ${known.join(', ')}.`);
  }
  return inputs.map((spec) => tensorOf(rows, spec));
}

function refuse(message: string): never {
  throw new LaurelError('InvalidInput', message);
}

function tensorOf(rows: readonly JsonObject[], { name, datatype, shape: declared }: TensorSpec): Tensor {
  const values = rows.map((row, index) => {
    const value = row[name];
    if (value === undefined || value === null) return refuse(`row ${index + 1} has no value for the input "${name}".`);
    return value;
  });
  const cells = (values as readonly unknown[]).flat(Number.POSITIVE_INFINITY);
  const shape = shapeOf(declared, rows.length, cells.length);
  if (shape === undefined) {
    return refuse(
      `"${name}" has ${cells.length} values in ${rows.length} rows; the model takes [${declared.join(', ')}].`,
    );
  }
  return { name, datatype, shape, data: dataOf(name, datatype, cells) } as Tensor;
}

/** The declared shape with its free dimensions filled in: the first are the rows, one other may follow from the count. */
function shapeOf(declared: readonly number[], rows: number, count: number): readonly number[] | undefined {
  const shape = declared.map((dim, axis) => (dim < 0 && axis === 0 ? rows : dim));
  const free = shape.flatMap((dim, axis) => (dim < 0 ? [axis] : []));
  const known = shape.reduce((product, dim) => product * Math.max(dim, 1), 1);
  const [only] = free;
  if (only === undefined) return known === count ? shape : undefined;
  const rest = count / known;
  return Number.isInteger(rest) && rest > 0
    ? shape.map((dim, axis) => (axis === only ? rest : Math.max(dim, 1)))
    : undefined;
}

function dataOf(name: string, datatype: TensorType, cells: readonly unknown[]): TensorData[TensorType] {
  if (datatype === 'BYTES') return cells.map(String);
  const wrong = cells.find((cell) => typeof cell !== 'number' && typeof cell !== 'boolean');
  if (wrong !== undefined) refuse(`"${name}" takes ${datatype} and holds ${JSON.stringify(wrong)}.`);
  const numbers = cells.map(Number);
  if (datatype === 'INT64') return BigInt64Array.from(numbers.map((value) => wholeOf(name, value)));
  if (datatype === 'UINT64') return BigUint64Array.from(numbers.map((value) => wholeOf(name, value)));
  return arrays[datatype].from(numbers);
}

const arrays = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  FP16: Float16Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const;

function wholeOf(name: string, value: number): bigint {
  return Number.isSafeInteger(value) ? BigInt(value) : refuse(`"${name}" takes whole numbers and holds ${value}.`);
}

/** A tensor as lists within lists, one element per row. */
export function nested({ datatype, shape, data }: Pick<Tensor, 'datatype' | 'shape' | 'data'>): readonly Nested[] {
  const cells = Array.from<string | number | bigint>(data as readonly string[]).map((cell) => plain(cell, datatype));
  return shape.slice(1).reduceRight<readonly Nested[]>((inner, size) => chunks(inner, size), cells);
}

function plain(cell: string | number | bigint, datatype: TensorType): string | number | boolean {
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  return datatype === 'BOOL' ? cell !== 0 : cell;
}

function chunks(cells: readonly Nested[], size: number): readonly Nested[] {
  const count = size === 0 ? 0 : cells.length / size;
  return Array.from({ length: count }, (_, index) => cells.slice(index * size, (index + 1) * size));
}
