import { isUtf8 } from 'node:buffer';
import { limits } from './model-safety-limits.js';
import { type Range, refuse } from './model-safety-refusal.js';
import { type FieldRule, type MessageSchema, messages, type Scalar } from './model-safety-schema.js';
import { MalformedProtobuf, ProtobufCursor, wire } from './protobuf-reader.js';

/** What was read so far in a whole file. */
export interface Tally {
  messages: number;
  fields: number;
}

const wireTypeOf: Readonly<Record<Scalar, number>> = {
  int32: wire.varint,
  int64: wire.varint,
  uint64: wire.varint,
  float: wire.fixed32,
  double: wire.fixed64,
  string: wire.bytes,
  bytes: wire.bytes,
};

const isScalar = (holds: string): holds is Scalar => holds in wireTypeOf;

/**
 * A message of an ONNX file, field by field. A field that the message does not have, that is written in another wire
 * type or that is given twice (protobuf would merge the two) is refused, and so is a name that is not text.
 */
export class MessageReader extends ProtobufCursor {
  /** The current field. */
  rule: FieldRule = { number: 0, name: '', holds: 'bytes', repeated: false, choice: false };
  /** How many values the current field holds: a packed list and a run of fields with the same number count each. */
  count = 0;
  private seen = 0;
  private chosen = false;

  constructor(
    readonly schema: MessageSchema,
    { bytes, start, end }: Range,
    private readonly tally: Tally,
  ) {
    super(bytes, start, end);
    tally.messages += 1;
    if (tally.messages > limits.messages) refuse(`it holds more than ${limits.messages} messages`);
  }

  /** Moves to the next field; false at the end. Errors: `MalformedProtobuf`, `ModelUnsafe`. */
  override advance(): boolean {
    if (!super.advance()) return false;
    const rule = this.schema.fields[this.number];
    if (rule === undefined) refuse(`its ${this.schema.name} has a field ${this.number} that ONNX does not know`);
    this.rule = rule;
    this.tally.fields += 1;
    if (this.tally.fields > limits.fields) refuse(`it holds more than ${limits.fields} fields`);
    if (!rule.repeated) this.expectOnce(rule);
    this.checkValue(rule);
    return true;
  }

  /** The message that the current field holds; `undefined` for numbers, text and bytes. */
  child(): MessageReader | undefined {
    const { holds } = this.rule;
    return isScalar(holds) ? undefined : new MessageReader(messages[holds], this.range(), this.tally);
  }

  /** The current value. */
  range(): Range {
    return { bytes: this.bytes, start: this.start, end: this.next };
  }

  /** The numbers of the current varint field, packed or not. */
  integers(): readonly number[] {
    const values: number[] = [];
    const cursor = new ProtobufCursor(this.bytes, this.start, this.next);
    const tagBytes = this.wireType === wire.varint ? 1 : 0;
    for (let at = this.start; at < this.next; at += tagBytes) {
      at = cursor.readVarint(at);
      values.push(cursor.integer);
    }
    return values;
  }

  private where(): string {
    return `${this.rule.name} of its ${this.schema.name}`;
  }

  private expectOnce(rule: FieldRule): void {
    const bit = 1 << rule.number;
    if ((this.seen & bit) !== 0) refuse(`the ${this.where()} is given twice, so that readers may disagree about it`);
    this.seen |= bit;
    if (!rule.choice) return;
    if (this.chosen) refuse(`its ${this.schema.name} is two things at once, so that readers may disagree about it`);
    this.chosen = true;
  }

  private checkValue({ holds, repeated }: FieldRule): void {
    const expected = isScalar(holds) ? wireTypeOf[holds] : wire.bytes;
    this.count = 1;
    if (this.wireType === expected) {
      if (holds === 'string') this.checkText();
      if (holds === 'int32') this.checkInt32();
      if (repeated && expected !== wire.bytes) this.takeRun();
      return;
    }
    if (!repeated || this.wireType !== wire.bytes) refuse(`the ${this.where()} is written as something else`);
    this.count = this.packedCount(expected);
  }

  /** Numbers written one by one, as most exporters write tree ensembles, are one long field here: ten times as fast. */
  private takeRun(): void {
    const tag = (this.number << 3) | this.wireType;
    if (tag >= 0x80) return;
    const size = this.wireType === wire.fixed32 ? 4 : 8;
    while (this.next < this.end && this.bytes[this.next] === tag) {
      const at = this.next + 1;
      this.next = this.wireType === wire.varint ? this.readVarint(at) : at + size;
      this.count += 1;
    }
    if (this.next > this.end) throw new MalformedProtobuf('it ends in the middle of a field');
  }

  private packedCount(expected: number): number {
    const length = this.next - this.start;
    if (expected === wire.varint) return this.packedVarints();
    const size = expected === wire.fixed32 ? 4 : 8;
    if (length % size !== 0) throw new MalformedProtobuf('it ends in the middle of a number');
    return length / size;
  }

  /** Every varint has one byte below 0x80, its last. */
  private packedVarints(): number {
    let count = 0;
    let last = this.start - 1;
    for (let at = this.start; at < this.next; at++) {
      if ((this.bytes[at] ?? 0) >= 0x80) continue;
      if (at - last > 10) throw new MalformedProtobuf('it holds a number of more than 64 bits');
      last = at;
      count += 1;
    }
    if (last !== this.next - 1) throw new MalformedProtobuf('it ends in the middle of a number');
    return count;
  }

  /** protobuf cuts longer numbers to 32 bits without a word. */
  private checkInt32(): void {
    if (this.integer < -(2 ** 31) || this.integer >= 2 ** 31) refuse(`the ${this.where()} is out of range`);
  }

  /** A zero byte ends a name in C, where a reader in JavaScript goes on. */
  private checkText(): void {
    let ascii = true;
    for (let at = this.start; at < this.next; at++) {
      const byte = this.bytes[at] ?? 0;
      if (byte === 0) refuse(`the ${this.where()} holds a zero byte`);
      if (byte >= 0x80) ascii = false;
    }
    if (!ascii && !isUtf8(this.bytes.subarray(this.start, this.next))) refuse(`the ${this.where()} is not valid UTF-8`);
  }
}
