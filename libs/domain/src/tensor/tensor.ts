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

type Typed = Exclude<TensorData, readonly string[]>;
type TypedConstructor = {
  new (length: number): Typed;
  new (buffer: ArrayBuffer): Typed;
  readonly BYTES_PER_ELEMENT: number;
};

/** The typed array of each element type; BYTES has none. */
export const typedArrays: { readonly [type in Exclude<TensorType, 'BYTES'>]: TypedConstructor } = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Float16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

/** A typed array, or a list of texts, with room for `length` elements. */
export function emptyData(type: TensorType, length: number): TensorData {
  return type === 'BYTES' ? Array.from({ length }, () => '') : new typedArrays[type](length);
}

/** Bytes of one element; `null` for BYTES, which has no fixed size. */
export function bytesPerElement(type: TensorType): number | null {
  return type === 'BYTES' ? null : typedArrays[type].BYTES_PER_ELEMENT;
}

/** Is `text` the name of an element type? */
export function isTensorType(text: unknown): text is TensorType {
  return text === 'BYTES' || (typeof text === 'string' && Object.hasOwn(typedArrays, text));
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
