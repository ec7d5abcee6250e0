import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';

/** SHA-256 of `bytes` as a digest. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Digest and size of a file, read as a stream. */
export async function digestOfFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

/** A stream that passes bytes on and knows afterwards what they hash to. */
export class HashingStream extends Transform {
  readonly #hash = createHash('sha256');
  size = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    this.size += chunk.length;
    done(null, chunk);
  }

  /** May be asked once, after the stream has ended. */
  digest(): Digest {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}

/** Throws `PackageTampered` unless `actual` is `expected`. */
export function demandDigest(expected: Digest, actual: Digest): void {
  if (actual === expected) return;
  throw new LaurelError(
    'PackageTampered',
    `The object ${expected} holds bytes that hash to ${actual}; restore it from a copy of the object store.`,
  );
}

/** The error for a digest that the store does not hold. */
export function noSuchObject(digest: Digest, cause?: unknown): LaurelError {
  return new LaurelError('NotFound', `The object store holds no object ${digest}.`, { cause });
}
