import { isObject } from '../http/predict.routes.js';
import { refuse } from './refuse.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Is it `{"b64": "…"}`, as TensorFlow Serving writes bytes in JSON? */
export function isBinary(value: unknown): value is { readonly b64: string } {
  return isObject(value) && typeof value['b64'] === 'string' && Object.keys(value).length === 1;
}

/** The text whose UTF-8 bytes are given. Errors: `InvalidInput` for what is not base64 or not UTF-8. */
export function textOfBinary({ b64 }: { readonly b64: string }, path: string): string {
  const bytes = Buffer.from(b64, 'base64');
  const unpadded = (text: string) => text.replace(/=+$/, '');
  if (unpadded(bytes.toString('base64')) !== unpadded(b64)) return refuse(`${path}.b64 is not base64.`);
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse(`${path}.b64 is not a text in UTF-8, the only bytes that a model takes; send numbers as numbers.`);
  }
}
