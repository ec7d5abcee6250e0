/** Elements of a tensor by its type, row-major; a byte per BOOL, texts for BYTES. */
export interface TensorData {
  readonly BOOL: Uint8Array;
  readonly UINT8: Uint8Array;
  readonly UINT16: Uint16Array;
  readonly UINT32: Uint32Array;
  readonly UINT64: BigUint64Array;
  readonly INT8: Int8Array;
  readonly INT16: Int16Array;
  readonly INT32: Int32Array;
  readonly INT64: BigInt64Array;
  readonly FP16: Float16Array;
  readonly FP32: Float32Array;
  readonly FP64: Float64Array;
  readonly BYTES: readonly string[];
}

/** Element types of the Open Inference Protocol. */
export type TensorType = keyof TensorData;

/** A tensor of one element type. */
export interface TensorOf<Type extends TensorType> {
  readonly name: string;
  readonly datatype: Type;
  readonly shape: readonly number[];
  readonly data: TensorData[Type];
}

/** A named tensor; `datatype` tells the type of `data`. */
export type Tensor = { readonly [Type in TensorType]: TensorOf<Type> }[TensorType];

/** What a model declares of a tensor; −1 is a dimension that a request chooses. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: TensorType;
  readonly shape: readonly number[];
}

type NumberType = Exclude<TensorType, 'BYTES'>;

/** Typed arrays by type, made when needed: FP16 asks for a runtime that has Float16Array (Node.js 24, browsers of 2025). */
const arrays: { readonly [Type in NumberType]: () => new (from: ArrayBuffer | ArrayLike<number>) => TensorData[Type] } =
  {
    BOOL: () => Uint8Array,
    UINT8: () => Uint8Array,
    UINT16: () => Uint16Array,
    UINT32: () => Uint32Array,
    UINT64: () => BigUint64Array,
    INT8: () => Int8Array,
    INT16: () => Int16Array,
    INT32: () => Int32Array,
    INT64: () => BigInt64Array,
    FP16: () => Float16Array,
    FP32: () => Float32Array,
    FP64: () => Float64Array,
  };

/** A typed array of a type over bytes that start at 0 of their buffer. */
export function arrayOver(datatype: NumberType, bytes: ArrayBuffer): TensorData[NumberType] {
  return new (arrays[datatype]())(bytes);
}

/** Elements of a type from the values of JSON. 64-bit integers beyond 2^53 cannot be told apart in JSON. */
export function dataOfJson(datatype: TensorType, values: readonly unknown[]): TensorData[TensorType] {
  const cells = values.flat(Number.POSITIVE_INFINITY);
  if (datatype === 'BYTES') return cells.map(String);
  if (datatype === 'INT64') return BigInt64Array.from(cells as number[], BigInt);
  if (datatype === 'UINT64') return BigUint64Array.from(cells as number[], BigInt);
  return new (arrays[datatype]())(cells.map(Number));
}

const types: readonly (readonly [array: string, type: TensorType])[] = [
  ['Uint8Array', 'UINT8'],
  ['Uint16Array', 'UINT16'],
  ['Uint32Array', 'UINT32'],
  ['BigUint64Array', 'UINT64'],
  ['Int8Array', 'INT8'],
  ['Int16Array', 'INT16'],
  ['Int32Array', 'INT32'],
  ['BigInt64Array', 'INT64'],
  ['Float16Array', 'FP16'],
  ['Float32Array', 'FP32'],
  ['Float64Array', 'FP64'],
];

/** What `tensor` makes a tensor of. */
export type TensorSource = TensorData[TensorType] | readonly boolean[];

/**
 * A tensor whose type follows from its data: a typed array, a list of texts (BYTES) or of booleans (BOOL). Without a
 * shape it is one dimension. Errors: `TypeError` for other data, `RangeError` for a shape that holds another number.
 */
export function tensor(name: string, data: TensorSource, shape: readonly number[] = [data.length]): Tensor {
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  if (count !== data.length)
    throw new RangeError(`${name}: shape [${shape.join(', ')}] holds ${count} elements, there are ${data.length}`);
  const isList = Array.isArray(data);
  if (isList && data.every((cell) => typeof cell === 'string')) return { name, datatype: 'BYTES', shape, data };
  if (isList && data.every((cell) => typeof cell === 'boolean'))
    return { name, datatype: 'BOOL', shape, data: Uint8Array.from(data, Number) };
  const found = types.find(([array]) => Object.prototype.toString.call(data) === `[object ${array}]`);
  if (found === undefined)
    throw new TypeError(`${name}: data is neither a typed array nor a list of texts or booleans`);
  return { name, datatype: found[1], shape, data } as Tensor;
}
