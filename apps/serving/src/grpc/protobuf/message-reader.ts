import { LaurelError } from '@laurel/contracts';

/** A message of a .proto file by its name, and the names of its fields by number: what errors name. */
export interface MessageShape {
  readonly name: string;
  readonly fields: { readonly [number: number]: string };
}

/** How a value is written (protobuf encoding, "wire types"); groups, 3 and 4, are not read. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const word = 2 ** 32;

/**
 * A place in a protobuf message that moves field by field. Nothing is copied and nothing is allocated for a length that
 * the message only claims: the current value is the range from `start` to `next` of `bytes`. Every method throws
 * `InvalidInput` that names the field.
 */
export class MessageReader {
  /** Number of the current field. */
  field = 0;
  wireType = 0;
  /** The last varint: its lower and upper 32 bits, unsigned. */
  low = 0;
  high = 0;
  start: number;
  next: number;

  constructor(
    readonly bytes: Buffer,
    readonly shape: MessageShape,
    start = 0,
    readonly end: number = bytes.length,
  ) {
    this.start = start;
    this.next = start;
  }

  /** Moves to the next field; false at the end. */
  advance(): boolean {
    if (this.next >= this.end) return false;
    this.field = 0;
    this.start = this.varintAt(this.next);
    if (this.high !== 0 || this.low < 8) this.fail('holds a field without a number');
    this.field = this.low >>> 3;
    this.wireType = this.low & 7;
    this.next = this.#endOfValue();
    return true;
  }

  /** Reads the varint at `at` into `low` and `high`; gives where it ends. */
  varintAt(at: number): number {
    const first = this.bytes[at] as number;
    if (at < this.end && first < 0x80) {
      this.low = first;
      this.high = 0;
      return at + 1;
    }
    return this.#longVarintAt(at);
  }

  /** The current value as a text. */
  text(): string {
    this.expect(wire.bytes);
    const { bytes, start, next } = this;
    for (let at = start; at < next; at++) {
      if ((bytes[at] as number) >= 0x80) return this.#unicode();
    }
    return bytes.toString('latin1', start, next);
  }

  /** The current value as bytes, not copied. */
  chunk(): Buffer {
    this.expect(wire.bytes);
    return this.bytes.subarray(this.start, this.next);
  }

  /** The current value as a message. */
  message(shape: MessageShape): MessageReader {
    this.expect(wire.bytes);
    return new MessageReader(this.bytes, shape, this.start, this.next);
  }

  flag(): boolean {
    this.expect(wire.varint);
    return this.low !== 0 || this.high !== 0;
  }

  /** The current int64 or enum; refused beyond 2^53, where a number is not exact. */
  integer(): number {
    this.expect(wire.varint);
    return this.safeInteger();
  }

  /** The last varint as a signed number. */
  safeInteger(): number {
    const value = (this.high | 0) * word + this.low;
    return Number.isSafeInteger(value) ? value : this.fail('holds a number beyond 2^53');
  }

  /** The current int64 (`signed`) or uint64. */
  bigInteger(signed: boolean): bigint {
    this.expect(wire.varint);
    const bits = (BigInt(this.high) << 32n) | BigInt(this.low);
    return signed ? BigInt.asIntN(64, bits) : bits;
  }

  double(): number {
    this.expect(wire.fixed64);
    return this.bytes.readDoubleLE(this.start);
  }

  expect(type: number): void {
    if (this.wireType !== type) this.fail(`has wire type ${this.wireType}, not ${type}`);
  }

  /** Refuses the message: `{field} {what}`. */
  fail(what: string): never {
    const { name, fields } = this.shape;
    const field = this.field === 0 ? name : `${name}.${fields[this.field] ?? this.field}`;
    throw new LaurelError('InvalidInput', `${field} ${what}; send the message as its .proto file says.`);
  }

  #unicode(): string {
    try {
      return utf8.decode(this.bytes.subarray(this.start, this.next));
    } catch {
      return this.fail('holds a text that is not UTF-8');
    }
  }

  #longVarintAt(from: number): number {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const at = from + index;
      if (at >= this.end) this.fail('ends in the middle of a number');
      const byte = this.bytes[at] as number;
      const part = byte & 0x7f;
      if (index < 4) low |= part << (7 * index);
      else if (index === 4) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (7 * index - 32);
      if (byte >= 0x80) continue;
      if (index === 9 && byte > 1) break;
      this.low = low >>> 0;
      this.high = high >>> 0;
      return at + 1;
    }
    return this.fail('holds a number of more than 64 bits');
  }

  #endOfValue(): number {
    switch (this.wireType) {
      case wire.varint:
        return this.varintAt(this.start);
      case wire.fixed64:
        return this.#within(8);
      case wire.fixed32:
        return this.#within(4);
      case wire.bytes:
        this.start = this.varintAt(this.start);
        return this.#within(this.high === 0 ? this.low : Number.POSITIVE_INFINITY);
      default:
        return this.fail(`has the wire type ${this.wireType}, which is not read`);
    }
  }

  #within(length: number): number {
    if (length > this.end - this.start) this.fail('ends beyond its message');
    return this.start + length;
  }
}
