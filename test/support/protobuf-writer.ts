/** Just enough protobuf to write ONNX models in tests. */
function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

const encoder = new TextEncoder();

/** One encoded field. */
export type Field = Uint8Array;

/** A varint field. */
export function integer(number: number, value: number | bigint): Field {
  return Uint8Array.from([...varint(number << 3), ...varint(value)]);
}

/** A length-delimited field: bytes, text, or a message given as its fields. */
export function chunk(number: number, value: Uint8Array | string | readonly Field[]): Field {
  const bytes = typeof value === 'string' ? encoder.encode(value) : Array.isArray(value) ? join(value) : value;
  return join([
    Uint8Array.from([...varint((number << 3) | 2), ...varint((bytes as Uint8Array).length)]),
    bytes as Uint8Array,
  ]);
}

/** A 32-bit float field. */
export function float(number: number, value: number): Field {
  return join([Uint8Array.from(varint((number << 3) | 5)), new Uint8Array(new Float32Array([value]).buffer)]);
}

/** Fields, one after the other: a message. */
export function join(fields: readonly Field[]): Uint8Array {
  return new Uint8Array(Buffer.concat(fields.map((field) => Buffer.from(field))));
}
