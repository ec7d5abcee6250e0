// Frames of tensors between a process and the child that runs its graph. Plain JavaScript, because the child runs it as it
// is. Little-endian; everything but texts lies at multiples of 8, so that a received tensor is a view of its frame.
//   prefix  u32 kind, f32 milliseconds, f64 bytes of the body
//   tensors u32 count, u32 0, then for each u32 index, u32 type, u32 rank, u32 0, f64 bytes, f64 dimensions; then the data
//   texts   u32 bytes and UTF-8, for each

export const prefixBytes = 16;

export const frameKinds = { open: 1, run: 2, opened: 3, ran: 4, failed: 5 };

const types = [
  ['float16', Float16Array],
  ['float32', Float32Array],
  ['float64', Float64Array],
  ['int8', Int8Array],
  ['int16', Int16Array],
  ['int32', Int32Array],
  ['int64', BigInt64Array],
  ['uint8', Uint8Array],
  ['uint16', Uint16Array],
  ['uint32', Uint32Array],
  ['uint64', BigUint64Array],
  ['bool', Uint8Array],
  ['string', null],
];
const codes = Object.fromEntries(types.map(([name], code) => [name, code]));
const headBytes = 24;

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const padded = (bytes) => Math.ceil(bytes / 8) * 8;

export function writePrefix(frame, { kind, milliseconds = 0, bytes }) {
  const view = viewOf(frame);
  view.setUint32(0, kind, true);
  view.setFloat32(4, milliseconds, true);
  view.setFloat64(8, bytes, true);
}

export function readPrefix(frame) {
  const view = viewOf(frame);
  return { kind: view.getUint32(0, true), milliseconds: view.getFloat32(4, true), bytes: view.getFloat64(8, true) };
}

function dataBytes({ type, data }) {
  if (type !== 'string') return data.byteLength;
  let bytes = 0;
  for (const text of data) bytes += 4 + Buffer.byteLength(text);
  return bytes;
}

/** One frame; `allocate` gives a Buffer of at least so many bytes. */
export function encodeFrame({ kind, milliseconds = 0, tensors }, allocate) {
  const sizes = tensors.map(dataBytes);
  const head = tensors.reduce((sum, { shape }) => sum + headBytes + 8 * shape.length, 8);
  const body = sizes.reduce((sum, bytes) => sum + padded(bytes), head);
  const frame = allocate(prefixBytes + body).subarray(0, prefixBytes + body);
  writePrefix(frame, { kind, milliseconds, bytes: body });
  const view = viewOf(frame);
  view.setUint32(prefixBytes, tensors.length, true);
  view.setUint32(prefixBytes + 4, 0, true);
  let at = prefixBytes + 8;
  let dataAt = prefixBytes + head;
  for (let index = 0; index < tensors.length; index++) {
    at = writeHead(view, at, { ...tensors[index], bytes: sizes[index] });
    writeData(frame, dataAt, tensors[index]);
    dataAt += padded(sizes[index]);
  }
  return frame;
}

function writeHead(view, start, { index, type, shape, bytes }) {
  view.setUint32(start, index, true);
  view.setUint32(start + 4, codes[type], true);
  view.setUint32(start + 8, shape.length, true);
  view.setUint32(start + 12, 0, true);
  view.setFloat64(start + 16, bytes, true);
  for (let axis = 0; axis < shape.length; axis++) view.setFloat64(start + headBytes + 8 * axis, shape[axis], true);
  return start + headBytes + 8 * shape.length;
}

function writeData(frame, start, { type, data }) {
  if (type !== 'string') {
    frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
    return;
  }
  let at = start;
  for (const text of data) {
    const bytes = frame.write(text, at + 4);
    frame.writeUInt32LE(bytes, at);
    at += 4 + bytes;
  }
}

/** Tensors of a body that lies at a multiple of 8; numbers are views of it. */
export function decodeTensors(body) {
  const view = viewOf(body);
  const heads = [];
  let at = 8;
  for (let left = view.getUint32(0, true); left > 0; left--) {
    const rank = view.getUint32(at + 8, true);
    const shape = Array.from({ length: rank }, (_, axis) => view.getFloat64(at + headBytes + 8 * axis, true));
    heads.push({
      index: view.getUint32(at, true),
      code: view.getUint32(at + 4, true),
      shape,
      bytes: view.getFloat64(at + 16, true),
    });
    at += headBytes + 8 * rank;
  }
  return heads.map(({ index, code, shape, bytes }) => {
    const [type, TypedArray] = types[code];
    const data = TypedArray === null ? texts(body, at, bytes) : numbers(TypedArray, body, { at, bytes });
    at += padded(bytes);
    return { index, type, shape, data };
  });
}

function numbers(TypedArray, body, { at, bytes }) {
  return new TypedArray(body.buffer, body.byteOffset + at, bytes / TypedArray.BYTES_PER_ELEMENT);
}

function texts(body, start, bytes) {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = [];
  for (let at = start; at < start + bytes; ) {
    const end = at + 4 + buffer.readUInt32LE(at);
    found.push(buffer.utf8Slice(at + 4, end));
    at = end;
  }
  return found;
}
