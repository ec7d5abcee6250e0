import { quoted, type TensorType } from '@laurel/domain';

/** A value as onnxruntime takes it. */
export type InputValue = number | bigint | string | boolean;

/** A cell after coercion, or what is wrong with it. */
export type Coerced = { readonly value: InputValue } | { readonly problem: string };

const numberForm = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Largest finite values of the float types. */
const largestFloat = { FP16: 65_504, FP32: 3.4028234663852886e38, FP64: Number.MAX_VALUE } as const;

/** Smallest and largest values of the integer types; a number in JSON is exact up to 2^53 only. */
const integerRange = {
  UINT8: [0, 2 ** 8 - 1],
  UINT16: [0, 2 ** 16 - 1],
  UINT32: [0, 2 ** 32 - 1],
  UINT64: [0, Number.MAX_SAFE_INTEGER],
  INT8: [-(2 ** 7), 2 ** 7 - 1],
  INT16: [-(2 ** 15), 2 ** 15 - 1],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
} as const;

type FloatType = keyof typeof largestFloat;
type IntegerType = keyof typeof integerRange;

/** Does the type hold fractions, NaN and infinity? */
export function isFloat(dtype: TensorType): dtype is FloatType {
  return Object.hasOwn(largestFloat, dtype);
}

/** Tells whether a cell stands for "no value": absent, null, NaN, and blank text where a number is expected. */
export function isMissing(cell: unknown, dtype: TensorType): boolean {
  if (cell === null || cell === undefined) return true;
  if (typeof cell === 'number') return Number.isNaN(cell);
  return dtype !== 'BYTES' && typeof cell === 'string' && cell.trim() === '';
}

/** What a missing value becomes; integers and booleans have no such value. */
export function missingValue(dtype: TensorType): InputValue | undefined {
  if (isFloat(dtype)) return Number.NaN;
  return dtype === 'BYTES' ? '' : undefined;
}

/** A cell that is there, coerced to the type of an input. */
export const coerceTo: { readonly [type in TensorType]: (cell: unknown) => Coerced } = {
  BYTES: toText,
  BOOL: toBoolean,
  UINT8: (cell) => toInteger(cell, 'UINT8'),
  UINT16: (cell) => toInteger(cell, 'UINT16'),
  UINT32: (cell) => toInteger(cell, 'UINT32'),
  UINT64: (cell) => toInteger(cell, 'UINT64'),
  INT8: (cell) => toInteger(cell, 'INT8'),
  INT16: (cell) => toInteger(cell, 'INT16'),
  INT32: (cell) => toInteger(cell, 'INT32'),
  INT64: (cell) => toInteger(cell, 'INT64'),
  FP16: (cell) => toNumber(cell, 'FP16'),
  FP32: (cell) => toNumber(cell, 'FP32'),
  FP64: (cell) => toNumber(cell, 'FP64'),
};

function toText(cell: unknown): Coerced {
  if (typeof cell === 'string') {
    // onnxruntime-node hands texts on as C strings, which end at the first NUL.
    return cell.includes('\0') ? { problem: 'the text holds a NUL character' } : { value: cell };
  }
  if (typeof cell === 'boolean') return { value: cell ? 'true' : 'false' };
  if (typeof cell === 'number' && Number.isFinite(cell)) return { value: String(cell) };
  return { problem: `${shown(cell)} is not text` };
}

function toNumber(cell: unknown, dtype: FloatType): Coerced {
  const number = numberIn(cell);
  if (number === undefined) return { problem: `${shown(cell)} is not a number` };
  if (Math.abs(number) > largestFloat[dtype]) return { problem: `${shown(cell)} is too large for ${dtype}` };
  return { value: number };
}

function toInteger(cell: unknown, dtype: IntegerType): Coerced {
  const number = numberIn(cell);
  if (number === undefined || !Number.isInteger(number)) return { problem: `${shown(cell)} is not a whole number` };
  const [smallest, largest] = integerRange[dtype];
  if (number < smallest) return { problem: `${shown(cell)} is too small for ${dtype}` };
  if (number > largest) return { problem: `${shown(cell)} is too large for ${dtype}` };
  return { value: dtype === 'INT64' || dtype === 'UINT64' ? BigInt(number) : number };
}

function toBoolean(cell: unknown): Coerced {
  if (typeof cell === 'boolean') return { value: cell };
  if (cell === 1 || cell === 'true') return { value: true };
  if (cell === 0 || cell === 'false') return { value: false };
  return { problem: `${shown(cell)} is not true or false` };
}

function numberIn(cell: unknown): number | undefined {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  if (typeof cell === 'string' && numberForm.test(cell.trim())) return Number(cell);
  return undefined;
}

function shown(cell: unknown): string {
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (typeof cell !== 'string') return `a value of type ${typeof cell}`;
  return quoted(cell);
}
