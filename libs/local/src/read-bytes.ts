import { open } from 'node:fs/promises';
import { isAbsent } from './error-code.js';

export interface ReadBytes {
  /** Where in the file `bytes` begin. */
  readonly position: number;
  readonly bytes: Buffer;
}

/** What a file holds from `from(size)` on, at most `most` bytes of it; nothing when it is not there. */
export async function readBytes(
  path: string,
  from: (size: number) => number,
  most = Number.POSITIVE_INFINITY,
): Promise<ReadBytes> {
  const file = await open(path).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (file === undefined) return { position: 0, bytes: Buffer.alloc(0) };
  try {
    const { size } = await file.stat();
    const position = from(size);
    const bytes = Buffer.alloc(Math.min(most, Math.max(0, size - position)));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
    return { position, bytes: bytes.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}
