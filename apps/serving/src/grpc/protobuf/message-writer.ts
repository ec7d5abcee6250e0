import { wire } from './message-reader.js';

const firstSize = 64 * 1024;
/** A buffer that a large answer made is not kept. */
const largestKept = 4 * 1024 * 1024;
let kept: Buffer = Buffer.allocUnsafe(firstSize);

/**
 * Serialises a message from its last field to its first, so that every length is known when it is written: fields are
 * given in reverse. The result is valid until the next message is serialised; grpc-js copies it at once.
 */
export function serialise(write: (writer: MessageWriter) => void): Buffer {
  const writer = new MessageWriter(kept);
  write(writer);
  const { bytes, at } = writer;
  if (bytes.length <= largestKept) kept = bytes;
  return bytes.subarray(at);
}

/** Writes towards the front of a buffer that grows. Default values are written too; leave them out by not calling. */
export class MessageWriter {
  bytes: Buffer;
  at: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.at = bytes.length;
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.room(length);
    this.at -= length;
    this.bytes.write(value, this.at, length);
    this.#head(field, length);
  }

  chunk(field: number, value: Uint8Array): void {
    this.raw(value);
    this.#head(field, value.length);
  }

  /** A message, or a packed field, whose content `write` gives in reverse. */
  message(field: number, write: () => void): void {
    const end = this.bytes.length - this.at;
    write();
    this.#head(field, this.bytes.length - this.at - end);
  }

  /** An int64, uint64 or enum of up to 2^53. */
  integer(field: number, value: number): void {
    this.varint(value);
    this.varint(field * 8 + wire.varint);
  }

  flag(field: number, value: boolean): void {
    this.integer(field, value ? 1 : 0);
  }

  /** A packed field of int64, such as a shape. */
  integers(field: number, values: readonly number[]): void {
    this.message(field, () => {
      for (let index = values.length - 1; index >= 0; index--) this.varint(values[index] as number);
    });
  }

  /** Bytes without a head. */
  raw(value: Uint8Array): void {
    this.room(value.length);
    this.at -= value.length;
    this.bytes.set(value, this.at);
  }

  /** A whole number from −2^53 to 2^53 − 1 without a head. */
  varint(value: number): void {
    if (value >= 0 && value < 0x80) {
      this.room(1);
      this.bytes[--this.at] = value;
    } else this.varintOf(value >>> 0, Math.floor(value / 2 ** 32) >>> 0);
  }

  /** 64 bits without a head, given as their lower and upper half. */
  varintOf(low: number, high: number): void {
    this.room(10);
    const size = high === 0 ? groupsOf(low, 1, 7) : groupsOf(high, 5, 3);
    this.at -= size;
    for (let index = 0, at = this.at; index < size; index++, at++) {
      const part = low & 0x7f;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
      this.bytes[at] = index === size - 1 ? part : part | 0x80;
    }
  }

  /** Makes room for `length` more bytes in front. */
  room(length: number): void {
    if (this.at >= length) return;
    const used = this.bytes.length - this.at;
    const bytes = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, used + length));
    this.bytes.copy(bytes, bytes.length - used, this.at);
    this.at = bytes.length - used;
    this.bytes = bytes;
  }

  #head(field: number, length: number): void {
    this.varint(length);
    this.varint(field * 8 + wire.bytes);
  }
}

/** Groups of 7 bits that a varint takes: `least` hold the lowest bits, and `bits` of `word`. */
function groupsOf(word: number, least: number, bits: number): number {
  let groups = least;
  for (let rest = word >>> bits; rest > 0; rest >>>= 7) groups++;
  return groups;
}
