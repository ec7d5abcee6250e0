import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '@laurel/domain';
import { HashingStream } from './digest.js';

/** A file whose bytes are on disk, still under a name that nobody reads. */
export interface StagedFile {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Where bytes come from: memory or a file. */
export type ByteSource = { readonly bytes: Uint8Array } | { readonly path: string } | { readonly stream: Readable };

function streamOf(source: ByteSource): Readable {
  if ('bytes' in source) return Readable.from([Buffer.from(source.bytes)]);
  return 'path' in source ? createReadStream(source.path) : source.stream;
}

/** Writes `source` into a new file of `folder` and syncs it. Leaves nothing behind when it fails. */
export async function stage(source: ByteSource, folder: string): Promise<StagedFile> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${process.pid}-${randomUUID()}.part`);
  const hashing = new HashingStream();
  try {
    await pipeline(streamOf(source), hashing, createWriteStream(path, { flags: 'wx', flush: true }));
    return { path, digest: hashing.digest(), size: hashing.size };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Makes the entries of a folder durable: a rename or link counts only after this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates the folder of `path` with its parents and syncs what was created. */
export async function ensureFolderOf(path: string): Promise<void> {
  const folder = dirname(path);
  const first = await mkdir(folder, { recursive: true });
  if (first !== undefined) await syncFolder(dirname(first));
}
