import { LaurelError } from '@laurel/contracts';
import {
  bytesPerElement,
  elementCount,
  emptyData,
  quoted,
  type Tensor,
  type TensorData,
  typedArrays,
} from '@laurel/domain';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Typed = Exclude<TensorData, readonly string[]>;
function refuse(name: string, what: string): never {
  throw new LaurelError('InvalidInput', `The input ${quoted(name)} ${what}.`);
}

/**
 * Elements of a tensor from their bytes: little-endian, row-major, a text as its length in 4 bytes and its UTF-8 bytes.
 * The bytes are copied, so that they are aligned. Errors: `InvalidInput` that names the tensor.
 */
export function readBinaryTensor(tensor: Pick<Tensor, 'name' | 'datatype' | 'shape'>, bytes: Uint8Array): Tensor {
  const { name, datatype, shape } = tensor;
  const length = elementCount(shape) ?? 0;
  const size = bytesPerElement(datatype);
  if (size === null || datatype === 'BYTES') return { ...tensor, data: readTexts(name, bytes, length) };
  if (bytes.byteLength !== length * size) {
    refuse(
      name,
      `has ${bytes.byteLength} bytes for shape [${shape.join(', ')}] of ${datatype}, which takes ${length * size}`,
    );
  }
  if (datatype === 'BOOL' && bytes.some((byte) => byte > 1)) refuse(name, 'holds a byte that is not 0 or 1');
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  return { ...tensor, data: new typedArrays[datatype](copy.buffer) };
}

function readTexts(name: string, bytes: Uint8Array, length: number): readonly string[] {
  if (length > bytes.byteLength / 4) refuse(name, `has ${bytes.byteLength} bytes, too few for ${length} texts`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = emptyData('BYTES', length) as string[];
  let at = 0;
  for (let index = 0; index < length; index++) {
    if (at + 4 > bytes.byteLength) refuse(name, `ends before text ${index}`);
    const size = view.getUint32(at, true);
    at += 4;
    if (size > bytes.byteLength - at)
      refuse(name, `says ${size} bytes for text ${index} and has ${bytes.byteLength - at}`);
    texts[index] = textOf(name, bytes.subarray(at, at + size));
    at += size;
  }
  if (at !== bytes.byteLength) refuse(name, `has ${bytes.byteLength - at} bytes behind its last text`);
  return texts;
}

/** Text of UTF-8 bytes. Errors: `InvalidInput`. */
export function textOf(name: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse(name, 'holds a text that is not UTF-8');
  }
}

/** The bytes of a tensor as the protocol has them. */
export function writeBinaryTensor({ data }: Pick<Tensor, 'data'>): Buffer {
  if (!Array.isArray(data)) {
    const typed = data as Typed;
    return Buffer.from(typed.buffer, typed.byteOffset, typed.byteLength);
  }
  const texts = (data as readonly string[]).map((text) => Buffer.from(text));
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + 4 + text.length, 0));
  let at = 0;
  for (const text of texts) {
    at = bytes.writeUInt32LE(text.length, at);
    at += text.copy(bytes, at);
  }
  return bytes;
}
