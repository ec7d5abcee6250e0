/** One field of a protobuf message: a number (varint, fixed) or bytes (everything length-delimited). */
export type ProtobufField =
  | { readonly number: number; readonly kind: 'integer'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'fixed'; readonly size: 4 | 8 }
  | { readonly number: number; readonly kind: 'bytes'; readonly value: Uint8Array };

/** Thrown for bytes that are not a protobuf message. */
export class MalformedProtobuf extends Error {
  override readonly name = 'MalformedProtobuf';
}

interface Read {
  readonly value: bigint;
  readonly next: number;
}

function readVarint(bytes: Uint8Array, start: number): Read {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new MalformedProtobuf('it ends in the middle of a number');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: start + index + 1 };
  }
  throw new MalformedProtobuf('it holds a number of more than 64 bits');
}

/** The fields of the message in `bytes`, in order. Nothing is copied. Throws `MalformedProtobuf`. */
export function* fieldsOf(bytes: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const number = Number(tag.value >> 3n);
    if (number === 0) throw new MalformedProtobuf('it holds a field without a number');
    const { field, next } = readField(bytes, tag.next, { number, wireType: Number(tag.value & 7n) });
    yield field;
    at = next;
  }
}

function readField(
  bytes: Uint8Array,
  start: number,
  { number, wireType }: { readonly number: number; readonly wireType: number },
): { readonly field: ProtobufField; readonly next: number } {
  switch (wireType) {
    case 0: {
      const { value, next } = readVarint(bytes, start);
      return { field: { number, kind: 'integer', value }, next };
    }
    case 1:
    case 5: {
      const size = wireType === 1 ? 8 : 4;
      return { field: { number, kind: 'fixed', size }, next: within(bytes, start, BigInt(size)) };
    }
    case 2: {
      const length = readVarint(bytes, start);
      const next = within(bytes, length.next, length.value);
      return { field: { number, kind: 'bytes', value: bytes.subarray(length.next, next) }, next };
    }
    default:
      throw new MalformedProtobuf(`it holds a field of the unknown wire type ${wireType}`);
  }
}

function within(bytes: Uint8Array, start: number, length: bigint): number {
  if (length > BigInt(bytes.length - start)) throw new MalformedProtobuf('it ends in the middle of a field');
  return start + Number(length);
}

const decoder = new TextDecoder();

/** UTF-8 text of a field. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The numbers of a repeated integer field, packed or not. */
export function integersOf(field: ProtobufField): readonly bigint[] {
  if (field.kind === 'integer') return [field.value];
  if (field.kind === 'fixed') return [];
  const values: bigint[] = [];
  for (let at = 0; at < field.value.length; ) {
    const { value, next } = readVarint(field.value, at);
    values.push(value);
    at = next;
  }
  return values;
}
