import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileShare } from '@laurel/ports';
import { codeOf, fileErrors } from './file-errors.js';

/** What DVC gives files of caches and remotes, whose bytes never change. */
const readOnly = 0o444;

/** Files below the folder `root`. */
export function createFolderShare(root: string): FileShare {
  return {
    sizeOf: fileErrors(async (key) => {
      const found = await ifThere(() => stat(join(root, key)));
      return found?.isFile() === true ? found.size : undefined;
    }),
    download: fileErrors(async (key, path) => {
      const copied = await ifThere(async () => {
        await copyFile(join(root, key), path);
        await chmod(path, 0o644);
        return true;
      });
      return copied ?? false;
    }),
    upload: fileErrors(async (path, key) => {
      const target = join(root, key);
      const partial = join(dirname(target), `.${randomUUID()}.part`);
      await mkdir(dirname(target), { recursive: true });
      try {
        await copyFile(path, partial);
        await chmod(partial, readOnly);
        await rename(partial, target);
      } finally {
        await rm(partial, { force: true });
      }
    }),
  };
}

async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
