import { createHash } from 'node:crypto';
import { canonicalJson, type Digest } from '@laurel/domain';

/** Digest of a value's canonical JSON. */
export function digestOf(value: unknown): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}
