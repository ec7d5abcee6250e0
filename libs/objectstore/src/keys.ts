import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';

/** Where digest objects lie; named keys may not start with it. */
const objectsFolder = 'objects/';

const keyForm = /^[A-Za-z0-9_=@+-][A-Za-z0-9._=@+-]*(\/[A-Za-z0-9_=@+-][A-Za-z0-9._=@+-]*)*$/;
const longestKey = 900;
const longestSegment = 240;

/** Key of the object that holds the bytes of `digest`: `objects/sha256/<2>/<62>`. */
export function objectKey(digest: Digest): string {
  const hex = digest.slice('sha256:'.length);
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new LaurelError('InvalidInput', `"${digest}" is not a digest; it must be sha256: and 64 hex digits.`);
  }
  return `${objectsFolder}sha256/${hex.slice(0, 2)}/${hex.slice(2)}`;
}

/**
 * Returns `key` when it is safe as a path on every store: segments of letters, digits and `._=@+-` that do not start
 * with a dot, so that no key leaves the store or meets its own files. Errors: `InvalidInput`.
 */
export function checkedKey(key: string): string {
  const tooLong = key.length > longestKey || key.split('/').some((segment) => segment.length > longestSegment);
  if (!keyForm.test(key) || tooLong || key.startsWith(objectsFolder)) {
    throw new LaurelError(
      'InvalidInput',
      `"${key.slice(0, 100)}" is not a valid key; use segments of letters, digits and ._=@+- outside ${objectsFolder}.`,
    );
  }
  return key;
}

/** Returns `prefix` when keys may start with it; it may end inside a segment or be empty. Errors: `InvalidInput`. */
export function checkedPrefix(prefix: string): string {
  const whole = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (whole !== '') checkedKey(whole);
  return prefix;
}

/** Returns `folder` without a slash at its end when keys may lie in it; the empty text is the store. Errors: `InvalidInput`. */
export function checkedFolder(folder: string): string {
  const whole = folder.endsWith('/') ? folder.slice(0, -1) : folder;
  return whole === '' ? '' : checkedKey(whole);
}

/** Tells whether a key of the store was chosen by a caller, and is not a digest object or a file in the making. */
export function isNamedKey(key: string): boolean {
  return keyForm.test(key) && !key.startsWith(objectsFolder);
}
