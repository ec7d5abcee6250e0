import { chunk, integer, join } from '../../support/protobuf-writer.js';

/** A protobuf message as it can be cut up and put together again. */
export type TreeField =
  | { number: number; kind: 'varint'; value: bigint }
  | { number: number; kind: 'fixed'; wireType: 1 | 5; bytes: Uint8Array }
  | { number: number; kind: 'bytes'; bytes: Uint8Array }
  | { number: number; kind: 'message'; fields: TreeField[] };

class NotAMessage extends Error {}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function varint(reader: Reader): bigint {
  let value = 0n;
  for (let index = 0n; index < 10n; index++) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new NotAMessage();
    value |= BigInt(byte & 0x7f) << (7n * index);
    if (byte < 0x80) return value;
  }
  throw new NotAMessage();
}

function take(reader: Reader, length: bigint): Uint8Array {
  if (length > BigInt(reader.bytes.length - reader.at)) throw new NotAMessage();
  const start = reader.at;
  reader.at += Number(length);
  return reader.bytes.slice(start, reader.at);
}

function field(reader: Reader): TreeField {
  const tag = varint(reader);
  const number = Number(tag >> 3n);
  const wireType = Number(tag & 7n);
  if (number === 0 || number > 2 ** 29) throw new NotAMessage();
  if (wireType === 0) return { number, kind: 'varint', value: varint(reader) };
  if (wireType === 1) return { number, kind: 'fixed', wireType, bytes: take(reader, 8n) };
  if (wireType === 5) return { number, kind: 'fixed', wireType, bytes: take(reader, 4n) };
  if (wireType !== 2) throw new NotAMessage();
  const bytes = take(reader, varint(reader));
  const fields = looksLikeText(bytes) ? undefined : tryParse(bytes);
  return fields === undefined ? { number, kind: 'bytes', bytes } : { number, kind: 'message', fields };
}

const looksLikeText = (bytes: Uint8Array) => bytes.every((byte) => byte >= 0x20 && byte < 0x7f);

function tryParse(bytes: Uint8Array): TreeField[] | undefined {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof NotAMessage) return undefined;
    throw error;
  }
}

/** The message in `bytes`; what could be a message within it is taken for one. Throws when it is none. */
export function parse(bytes: Uint8Array): TreeField[] {
  const reader: Reader = { bytes, at: 0 };
  const fields: TreeField[] = [];
  while (reader.at < bytes.length) fields.push(field(reader));
  return fields;
}

/** The bytes of a message. */
export function encode(fields: readonly TreeField[]): Uint8Array {
  return join(fields.map(encodeField));
}

function encodeField(field: TreeField): Uint8Array {
  if (field.kind === 'varint') return integer(field.number, field.value);
  if (field.kind === 'fixed') return join([tagOf(field.number, field.wireType), field.bytes]);
  return chunk(field.number, field.kind === 'bytes' ? field.bytes : encode(field.fields));
}

function tagOf(number: number, wireType: number): Uint8Array {
  return integer(1, number * 8 + wireType).slice(1);
}

/** Every list of fields in a message, the outermost first. */
export function listsIn(fields: TreeField[]): TreeField[][] {
  return [fields, ...fields.flatMap((field) => (field.kind === 'message' ? listsIn(field.fields) : []))];
}
