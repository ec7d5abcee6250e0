import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** 32 lower-case hex digits. */
export type Md5 = string;

export function isMd5(text: unknown): text is Md5 {
  return typeof text === 'string' && /^[0-9a-f]{32}$/.test(text);
}

export function md5Of(bytes: Uint8Array | string): Md5 {
  return createHash('md5').update(bytes).digest('hex');
}

/** MD5 and size of a file, read as a stream. */
export async function md5OfFile(path: string): Promise<{ readonly md5: Md5; readonly size: number }> {
  const hash = createHash('md5');
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { md5: hash.digest('hex'), size };
}

/** Where the bytes of a file, or the listing of a directory, lie in a cache and in a remote. */
export function objectKey(md5: Md5, { directory }: { readonly directory: boolean }): string {
  return `files/md5/${md5.slice(0, 2)}/${md5.slice(2)}${directory ? '.dir' : ''}`;
}
