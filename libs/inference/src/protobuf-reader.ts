/** Thrown for bytes that are not a protobuf message. */
export class MalformedProtobuf extends Error {
  override readonly name = 'MalformedProtobuf';
}

/** How a value is written (protobuf encoding, "wire types"); groups (3 and 4) are not read. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * A place in a protobuf message that moves field by field. Nothing is copied: a length-delimited field is the range from
 * `start` to `next` of `bytes`.
 */
export class ProtobufCursor {
  /** Number of the current field. */
  number = 0;
  wireType = 0;
  /** The value of a varint as a signed 64-bit number; exact up to 2^53. */
  integer = 0;
  /** First byte of the current value. */
  start: number;
  /** First byte after the current field. */
  next: number;

  constructor(
    readonly bytes: Uint8Array,
    at: number,
    readonly end: number,
  ) {
    this.start = at;
    this.next = at;
  }

  /** Moves to the next field; false at the end. Errors: `MalformedProtobuf`. */
  advance(): boolean {
    if (this.next >= this.end) return false;
    this.start = this.readVarint(this.next);
    const tag = this.integer;
    if (tag < 8 || tag >= 2 ** 32) throw new MalformedProtobuf('it holds a field without a number');
    this.number = Math.floor(tag / 8);
    this.wireType = tag & 7;
    this.next = this.endOfValue();
    return true;
  }

  /** Reads the varint at `at` into `integer` and returns where it ends. */
  readVarint(at: number): number {
    const first = this.bytes[at] ?? 0x80;
    if (at < this.end && first < 0x80) {
      this.integer = first;
      return at + 1;
    }
    return this.readLongVarint(at);
  }

  /** In three parts, because a bitwise operation of JavaScript has 32 bits. */
  private readLongVarint(at: number): number {
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      if (at + index >= this.end) throw new MalformedProtobuf('it ends in the middle of a number');
      const byte = this.bytes[at + index] ?? 0;
      const part = byte & 0x7f;
      if (index < 4) low |= part << (7 * index);
      else if (index < 8) middle |= part << (7 * (index - 4));
      else high |= part << (7 * (index - 8));
      if (byte >= 0x80) continue;
      if (high > 0xff) break;
      this.integer = ((high > 0x7f ? high - 0x100 : high) * 2 ** 28 + middle) * 2 ** 28 + low;
      return at + index + 1;
    }
    throw new MalformedProtobuf('it holds a number of more than 64 bits');
  }

  private endOfValue(): number {
    switch (this.wireType) {
      case wire.varint:
        return this.readVarint(this.start);
      case wire.fixed64:
        return this.within(8);
      case wire.fixed32:
        return this.within(4);
      case wire.bytes:
        this.start = this.readVarint(this.start);
        return this.within(this.integer);
      default:
        throw new MalformedProtobuf(`it holds a field of the unknown wire type ${this.wireType}`);
    }
  }

  private within(length: number): number {
    if (length < 0 || length > this.end - this.start) throw new MalformedProtobuf('it ends in the middle of a field');
    return this.start + length;
  }
}
