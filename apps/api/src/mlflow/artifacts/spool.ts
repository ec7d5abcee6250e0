import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LaurelError } from '@laurel/contracts';

/** Runs `work` with the path of a file that does not exist yet, and removes it afterwards, however `work` ended. */
export async function withSpoolFile<T>(folder: string, work: (path: string) => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${process.pid}-${randomUUID()}`);
  try {
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Writes what comes to `path`. Errors: `TooLarge` beyond `limit` bytes, `InvalidInput` when the sender went away. */
export async function spool(
  source: Readable,
  { path, limit, declared }: { readonly path: string; readonly limit: number; readonly declared: number | undefined },
): Promise<void> {
  if (declared !== undefined && declared > limit) throw tooLarge(limit);
  try {
    await pipeline(limited(source, limit), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    if (isCut(error)) throw new LaurelError('InvalidInput', 'The upload was cut off; send it again.', { cause: error });
    throw error;
  }
}

/** The source is left open when there is too much of it: destroying a request would cut the answer off too. */
async function* limited(source: Readable, limit: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    yield chunk;
  }
}

function isCut(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'ABORT_ERR';
}

/** Error about an artifact of more than `limit` bytes. */
export function tooLarge(limit: number): LaurelError {
  return new LaurelError('TooLarge', `An artifact has at most ${limit} bytes; split it.`);
}
