import { LaurelRequestError } from './errors.js';
import { arrayOver, type Tensor, type TensorData, type TensorType } from './tensor.js';

/** The bytes of a tensor: little-endian as every current platform has them, a text as its length in 4 bytes and UTF-8. */
export function bytesOf({ data }: Pick<Tensor, 'data'>): Uint8Array {
  if (!isTexts(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const texts = data.map((text) => new TextEncoder().encode(text));
  const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
}

/** Elements from the bytes of an answer. Errors: `BadAnswer`. */
export function dataOfBytes(datatype: TensorType, bytes: Uint8Array): TensorData[TensorType] {
  if (datatype === 'BYTES') return textsOf(bytes);
  try {
    // A copy, because a typed array must start at a multiple of its element's size.
    return arrayOver(datatype, bytes.slice().buffer);
  } catch (error) {
    throw new LaurelRequestError('BadAnswer', `${bytes.length} bytes are no whole number of ${datatype}.`, {
      cause: error,
    });
  }
}

function textsOf(bytes: Uint8Array): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (length > bytes.length - at - 4)
      throw new LaurelRequestError('BadAnswer', `Text ${texts.length} ends beyond its tensor.`);
    texts.push(decoder.decode(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return texts;
}

function isTexts(data: TensorData[TensorType]): data is readonly string[] {
  return Array.isArray(data);
}
