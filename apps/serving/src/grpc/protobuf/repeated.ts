import type { TensorData } from '@laurel/domain';
import { type MessageReader, wire } from './message-reader.js';

/** The scalar types of repeated fields, named after their encoding; `float` and `double` are IEEE bits. */
export type ElementKind = 'bool' | 'int32' | 'uint32' | 'int64' | 'float' | 'double' | 'bytes';

const wireTypes: { readonly [kind in ElementKind]: number } = {
  bool: wire.varint,
  int32: wire.varint,
  uint32: wire.varint,
  int64: wire.varint,
  float: wire.fixed32,
  double: wire.fixed64,
  bytes: wire.bytes,
};

/** Elements that the current field of `reader` holds: packed, or one. Errors: `InvalidInput`. */
export function elementsIn(reader: MessageReader, kind: ElementKind): number {
  const { start, next, wireType } = reader;
  if (kind === 'bytes' || wireType !== wire.bytes) {
    reader.expect(wireTypes[kind]);
    return 1;
  }
  if (kind !== 'float' && kind !== 'double') return varintsIn(reader);
  const count = (next - start) / (kind === 'float' ? 4 : 8);
  return Number.isInteger(count) ? count : reader.fail(`has ${next - start} bytes, which is no number of elements`);
}

/** Every varint ends with the one byte below 0x80 that it has. */
function varintsIn(reader: MessageReader): number {
  const { bytes, start, next } = reader;
  let count = 0;
  for (let at = start; at < next; at++) if ((bytes[at] as number) < 0x80) count++;
  if (next > start && (bytes[next - 1] as number) >= 0x80) reader.fail('ends in the middle of a number');
  return count;
}

/** Where elements go: a typed array and the next free index. */
export class Target {
  at = 0;
  /** The halves of 64-bit elements: a bigint for each would cost ten times as much. */
  readonly halves: Uint32Array;

  constructor(
    readonly data: Exclude<TensorData, readonly string[]>,
    /** Smallest and largest value that the type holds, for integers of up to 32 bits. */
    readonly limits: readonly [number, number] | null,
  ) {
    this.halves = new Uint32Array(data.byteLength % 4 === 0 ? data.buffer : new ArrayBuffer(0));
  }
}

/** Appends the elements of the current field; `target` has room. Errors: `InvalidInput`. */
export function copyElements(reader: MessageReader, kind: Exclude<ElementKind, 'bytes'>, target: Target): void {
  if (kind === 'float' || kind === 'double') {
    copyBits(reader, target);
    return;
  }
  if (reader.wireType === wire.varint) {
    copyVarint(reader, kind, target);
    return;
  }
  const { start, next } = reader;
  for (let at = start; at < next; ) {
    at = reader.varintAt(at);
    copyVarint(reader, kind, target);
  }
}

function copyBits({ bytes, start, next }: MessageReader, target: Target): void {
  const { data, at } = target;
  new Uint8Array(data.buffer, at * data.BYTES_PER_ELEMENT).set(bytes.subarray(start, next));
  target.at += (next - start) / data.BYTES_PER_ELEMENT;
}

function copyVarint(reader: MessageReader, kind: Exclude<ElementKind, 'bytes'>, target: Target): void {
  const { data, limits, halves } = target;
  const at = target.at++;
  if (kind === 'int64') {
    halves[2 * at] = reader.low;
    halves[2 * at + 1] = reader.high;
  } else if (kind === 'bool') {
    data[at] = reader.low === 0 && reader.high === 0 ? 0 : 1;
  } else {
    const value = reader.safeInteger();
    if (limits !== null && (value < limits[0] || value > limits[1])) {
      reader.fail(`holds ${value}, which is not from ${limits[0]} to ${limits[1]}`);
    }
    data[at] = value;
  }
}
