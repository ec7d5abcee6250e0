import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { FileShare } from '@laurel/ports';
import { directoryObject } from './directory-object.js';
import { md5OfFile, objectKey } from './md5.js';
import { eachOf } from './objects.js';
import { pathInside } from './paths.js';
import type { TrackedOutput } from './pointer.js';

/** A tracked output with its measures. */
export type PushedOutput = Omit<TrackedOutput, 'path' | 'remote'> & { readonly size: number };

/** Puts a file into a remote, and gives what its pointer says. */
export async function pushFile(path: string, remote: FileShare): Promise<PushedOutput> {
  const { md5, size } = await md5OfFile(path);
  await uploadOnce(remote, { path, size, key: objectKey(md5, { directory: false }) });
  return { md5, directory: false, size };
}

/**
 * Puts a folder into a remote: its files first and the listing last, for DVC takes a listing as proof that its files are
 * there. Errors: `DataUnreadable` for a link or a name that DVC cannot carry.
 */
export async function pushFolder(folder: string, remote: FileShare): Promise<PushedOutput> {
  const files = await Promise.all(
    (await filesIn(folder)).map(async (relpath) => {
      const path = join(folder, relpath);
      return { relpath, path, ...(await md5OfFile(path)) };
    }),
  );
  await eachOf(files, ({ path, md5, size }) =>
    uploadOnce(remote, { path, size, key: objectKey(md5, { directory: false }) }),
  );
  const { bytes, md5 } = directoryObject(files);
  const listing = join(tmpdir(), `laurel-${randomUUID()}.dir`);
  try {
    await writeFile(listing, bytes);
    await uploadOnce(remote, { path: listing, size: bytes.length, key: objectKey(md5, { directory: true }) });
  } finally {
    await rm(listing, { force: true });
  }
  return { md5, directory: true, size: files.reduce((sum, { size }) => sum + size, 0), nfiles: files.length };
}

async function uploadOnce(
  remote: FileShare,
  { path, size, key }: { readonly path: string; readonly size: number; readonly key: string },
): Promise<void> {
  if ((await remote.sizeOf(key)) !== size) await remote.upload(path, key);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) return [];
    if (!entry.isFile()) throw new LaurelError('DataUnreadable', `${path} is no plain file; copy what it stands for.`);
    return [pathInside(relative(folder, path).split(sep).join('/'), folder)];
  });
}
