import type { TensorType } from '@laurel/domain';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

/** A value of a tensor as a table takes it; NaN, which stands for "no value", is `null`. */
export type TensorCell = number | bigint | string | boolean | null;

/** Up to this many elements are written one by one; a view of the array's bytes costs more to make. */
const fewElements = 32;

/** Writes the elements of a tensor of one type, without their number. */
export type ElementsWriter = (writer: ByteWriter, data: never) => void;

/** One function per type, so that each sees one kind of array only. */
export const elementsWriters: { readonly [type in TensorType]: ElementsWriter } = {
  BOOL: writeBytes,
  UINT8: writeBytes,
  INT8: writeBytes,
  UINT16: (writer, data: Uint16Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 2);
    for (let index = 0; index < data.length; index++) view.setUint16(writer.skip(2), data[index] as number, true);
  },
  INT16: (writer, data: Int16Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 2);
    for (let index = 0; index < data.length; index++) view.setInt16(writer.skip(2), data[index] as number, true);
  },
  FP16: (writer, data: Float16Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 2);
    for (let index = 0; index < data.length; index++) view.setFloat16(writer.skip(2), data[index] as number, true);
  },
  UINT32: (writer, data: Uint32Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 4);
    for (let index = 0; index < data.length; index++) view.setUint32(writer.skip(4), data[index] as number, true);
  },
  INT32: (writer, data: Int32Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 4);
    for (let index = 0; index < data.length; index++) view.setInt32(writer.skip(4), data[index] as number, true);
  },
  FP32: (writer, data: Float32Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 4);
    for (let index = 0; index < data.length; index++) view.setFloat32(writer.skip(4), data[index] as number, true);
  },
  FP64: (writer, data: Float64Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 8);
    for (let index = 0; index < data.length; index++) view.setFloat64(writer.skip(8), data[index] as number, true);
  },
  INT64: (writer, data: BigInt64Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 8);
    for (let index = 0; index < data.length; index++) view.setBigInt64(writer.skip(8), data[index] as bigint, true);
  },
  UINT64: (writer, data: BigUint64Array) => {
    if (data.length > fewElements) return writer.raw(data);
    const { view } = writer.reserve(data.length * 8);
    for (let index = 0; index < data.length; index++) view.setBigUint64(writer.skip(8), data[index] as bigint, true);
  },
  BYTES: (writer, data: readonly string[]) => {
    for (const text of data) writer.text(text);
  },
};

function writeBytes(writer: ByteWriter, data: Uint8Array | Int8Array): void {
  if (data.length > fewElements) return writer.raw(data);
  const { view } = writer.reserve(data.length);
  for (let index = 0; index < data.length; index++) view.setUint8(writer.skip(1), data[index] as number);
}

/** Reads `count` elements. */
export function readElements(reader: ByteReader, datatype: TensorType, count: number): readonly TensorCell[] {
  const cells: TensorCell[] = [];
  const read = elementReaders[datatype];
  for (let index = 0; index < count; index++) cells.push(read(reader));
  return cells;
}

/** NaN stands for a missing value. */
function finite(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

const elementReaders: { readonly [type in TensorType]: (reader: ByteReader) => TensorCell } = {
  BOOL: (reader) => reader.u8() !== 0,
  UINT8: (reader) => reader.u8(),
  INT8: (reader) => reader.view.getInt8(reader.skip(1)),
  UINT16: (reader) => reader.view.getUint16(reader.skip(2), true),
  INT16: (reader) => reader.view.getInt16(reader.skip(2), true),
  UINT32: (reader) => reader.u32(),
  INT32: (reader) => reader.view.getInt32(reader.skip(4), true),
  UINT64: (reader) => reader.view.getBigUint64(reader.skip(8), true),
  INT64: (reader) => reader.view.getBigInt64(reader.skip(8), true),
  FP16: (reader) => finite(reader.view.getFloat16(reader.skip(2), true)),
  FP32: (reader) => finite(reader.view.getFloat32(reader.skip(4), true)),
  FP64: (reader) => finite(reader.f64()),
  BYTES: (reader) => reader.text(),
};
