/** Element types of the Open Inference Protocol. */
export type TensorType =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

/** Elements of a tensor, row-major: a typed array of its type (one byte per BOOL), texts for BYTES. */
export type TensorData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float16Array
  | Float32Array
  | Float64Array
  | readonly string[];

/** A named tensor. `shape` has no variable dimension; its product is the number of elements. */
export interface Tensor {
  readonly name: string;
  readonly datatype: TensorType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a graph declares of a tensor; −1 is a dimension that a request chooses. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: TensorType;
  readonly shape: readonly number[];
}

/** A typed array, or a list of texts, with room for `length` elements. */
export const emptyData: { readonly [type in TensorType]: (length: number) => TensorData } = {
  BOOL: (length) => new Uint8Array(length),
  UINT8: (length) => new Uint8Array(length),
  UINT16: (length) => new Uint16Array(length),
  UINT32: (length) => new Uint32Array(length),
  UINT64: (length) => new BigUint64Array(length),
  INT8: (length) => new Int8Array(length),
  INT16: (length) => new Int16Array(length),
  INT32: (length) => new Int32Array(length),
  INT64: (length) => new BigInt64Array(length),
  FP16: (length) => new Float16Array(length),
  FP32: (length) => new Float32Array(length),
  FP64: (length) => new Float64Array(length),
  BYTES: (length) => Array.from({ length }, () => ''),
};

/** Bytes of one element; BYTES has no fixed size. */
export const bytesPerElement: { readonly [type in TensorType]: number | null } = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: null,
};

/** Is `text` the name of an element type? */
export function isTensorType(text: unknown): text is TensorType {
  return typeof text === 'string' && Object.hasOwn(bytesPerElement, text);
}

/** Number of elements of a shape; `undefined` when a dimension is not a whole number from 0, or the product is above 2^53 − 1. */
export function elementCount(shape: readonly unknown[]): number | undefined {
  let product = 1;
  for (const dimension of shape) {
    if (typeof dimension !== 'number' || !Number.isSafeInteger(dimension) || dimension < 0) return undefined;
    product *= dimension;
    if (!Number.isSafeInteger(product)) return undefined;
  }
  return product;
}
