import { emptyData, type TensorData, type TensorType } from '@laurel/domain';
import type { JsonCursor } from './json-cursor.js';
import { type NumberSink, readNumbers } from './read-numbers.js';

/** Elements of a tensor as JSON gave them. */
export interface ReadData {
  readonly data: TensorData;
  /** Elements that were there; at most one more than there is room for. */
  readonly count: number;
  /** First element that is null: a missing value; −1 without one. */
  readonly nullAt: number;
}

const largestFloat = { FP16: 65_504, FP32: 3.4028234663852886e38, FP64: Number.MAX_VALUE } as const;
const integerRange = {
  UINT8: [0, 0xff],
  UINT16: [0, 0xffff],
  UINT32: [0, 0xffff_ffff],
  INT8: [-0x80, 0x7f],
  INT16: [-0x8000, 0x7fff],
  INT32: [-0x8000_0000, 0x7fff_ffff],
} as const;
const longRange = { UINT64: [0n, 2n ** 64n - 1n], INT64: [-(2n ** 63n), 2n ** 63n - 1n] } as const;

type SmallInteger = keyof typeof integerRange;
type Float = keyof typeof largestFloat;

/** Reads `length` elements, nested in any way, row-major. Errors: `InvalidInput` that says where. */
export function readTensorData(cursor: JsonCursor, datatype: TensorType, length: number): ReadData {
  const data = emptyData(datatype, length);
  if (datatype === 'BYTES') return readTexts(cursor, data as string[]);
  if (datatype === 'BOOL') return readBooleans(cursor, data as Uint8Array);
  if (datatype === 'INT64' || datatype === 'UINT64') return readLongs(cursor, datatype, data as BigInt64Array);
  if (datatype in largestFloat) return readFloats(cursor, datatype as Float, data as Float64Array);
  return readIntegers(cursor, datatype as SmallInteger, data as Int32Array);
}

function readFloats(cursor: JsonCursor, datatype: Float, data: Float64Array): ReadData {
  const largest = largestFloat[datatype];
  let nullAt = -1;
  const check = (value: number, index: number) => {
    if (Math.abs(value) > largest) cursor.fail(`element ${index} is too large for ${datatype}`);
  };
  const sink: NumberSink = {
    data,
    narrow: datatype === 'FP32',
    check: datatype === 'FP16' ? check : null,
    other: (_, index) => {
      if (cursor.peek() === 0x6e) {
        cursor.literal('null');
        data[index] = Number.NaN;
        if (nullAt < 0) nullAt = index;
        return;
      }
      const value = Number(cursor.numberText());
      check(value, index);
      data[index] = value;
    },
  };
  return { data, count: readNumbers(cursor, sink), nullAt };
}

function readIntegers(cursor: JsonCursor, datatype: SmallInteger, data: Int32Array): ReadData {
  const [smallest, largest] = integerRange[datatype];
  const check = (value: number, index: number) => {
    if (!Number.isInteger(value)) cursor.fail(`element ${index} is not a whole number`);
    if (value < smallest || value > largest) cursor.fail(`element ${index} is outside ${datatype}`);
  };
  const other = (_: JsonCursor, index: number) => {
    const value = Number(cursor.numberText());
    check(value, index);
    data[index] = value;
  };
  return { data, count: readNumbers(cursor, { data, check, other, narrow: false }), nullAt: -1 };
}

/** Whole numbers of 64 bits, exact: 2^53 is no limit. */
function readLongs(cursor: JsonCursor, datatype: 'INT64' | 'UINT64', data: BigInt64Array): ReadData {
  const [smallest, largest] = longRange[datatype];
  const count = readCells(cursor, data.length, (index) => {
    const text = cursor.numberText();
    const value = /^-?\d+$/.test(text) ? BigInt(text) : wholeNumber(Number(text));
    if (value === undefined) cursor.fail(`element ${index} is not a whole number`);
    if (value < smallest || value > largest) cursor.fail(`element ${index} is outside ${datatype}`);
    data[index] = value;
  });
  return { data, count, nullAt: -1 };
}

/** `1e3` and `2.0` are whole; beyond 2^53 only digits are exact. */
function wholeNumber(value: number): bigint | undefined {
  return Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function readBooleans(cursor: JsonCursor, data: Uint8Array): ReadData {
  const count = readCells(cursor, data.length, (index) => {
    const value = cursor.scalar();
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) cursor.fail(`element ${index} is not true or false`);
    data[index] = Number(value);
  });
  return { data, count, nullAt: -1 };
}

function readTexts(cursor: JsonCursor, data: string[]): ReadData {
  let nullAt = -1;
  const count = readCells(cursor, data.length, (index) => {
    if (cursor.peek() === 0x22) {
      data[index] = cursor.string();
      return;
    }
    cursor.literal('null');
    if (nullAt < 0) nullAt = index;
  });
  return { data, count, nullAt };
}

class Full extends Error {}

/** Calls `read` for each cell of a nested list; gives how many there were, at most one more than `room`. */
function readCells(cursor: JsonCursor, room: number, read: (index: number) => void): number {
  let count = 0;
  const level = (depth: number): void => {
    if (depth > 32) cursor.fail('it is nested deeper than 32');
    cursor.list(() => {
      if (cursor.peek() === 0x5b) return level(depth + 1);
      if (count >= room) throw new Full();
      read(count);
      count += 1;
    });
  };
  try {
    level(1);
  } catch (error) {
    if (!(error instanceof Full)) throw error;
    return room + 1;
  }
  return count;
}
