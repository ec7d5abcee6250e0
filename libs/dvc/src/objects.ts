import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { FileShare } from '@laurel/ports';
import { type DirectoryEntry, parseDirectoryObject } from './directory-object.js';
import { type Md5, md5OfFile, objectKey } from './md5.js';

/** A place that holds objects of DVC: the cache, or a remote. `name` is for messages. */
export interface ObjectPlace {
  readonly name: string;
  readonly share: FileShare;
}

/** An object of DVC by its digest; `name` is the path that people know it by. */
export interface WantedObject {
  readonly name: string;
  readonly md5: Md5;
  readonly directory: boolean;
}

/** Files in flight at a time. */
const parallel = 8;

/**
 * Copies an object from the first of `places` that holds it to `path`. Its bytes are checked before they get that name.
 * Errors: `DataCorrupt` that names the file and both digests, `DataUnreadable` where no place has it.
 */
export async function fetchObject(wanted: WantedObject, places: readonly ObjectPlace[], path: string): Promise<void> {
  const key = objectKey(wanted.md5, wanted);
  await mkdir(dirname(path), { recursive: true });
  const partial = join(dirname(path), `.${randomUUID()}.part`);
  try {
    for (const { name, share } of places) {
      if (!(await share.download(key, partial))) continue;
      const { md5 } = await md5OfFile(partial);
      if (md5 !== wanted.md5) throw corrupt(wanted, md5, `${name}, ${key}`);
      await rename(partial, path);
      return;
    }
  } finally {
    await rm(partial, { force: true });
  }
  const where = places.map(({ name }) => name).join(' nor in ');
  throw new LaurelError(
    'DataUnreadable',
    `${wanted.name} (md5 ${wanted.md5}) is not in ${where || 'any place, for there is no remote'}; run dvc push where it was made.`,
  );
}

/** The entries of a directory, from its listing. Errors as of `fetchObject`, and of a listing that is none. */
export async function fetchListing(
  wanted: WantedObject,
  places: readonly ObjectPlace[],
  scratch: string,
): Promise<readonly DirectoryEntry[]> {
  const path = join(scratch, `${wanted.md5}.dir`);
  await fetchObject(wanted, places, path);
  return parseDirectoryObject(await readFile(path), `the listing ${wanted.md5}.dir of ${wanted.name}`);
}

/** Runs `work` on every item, a few at a time; the first failure stops what has not begun. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) await work(item);
  };
  const lanes = Array.from({ length: Math.min(parallel, items.length) }, lane);
  const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function corrupt({ name, md5, directory }: WantedObject, found: Md5, where: string): LaurelError {
  const what = directory ? `The listing of ${name}` : name;
  return new LaurelError(
    'DataCorrupt',
    `${what} should have the md5 ${md5} and has ${found} (${where}); remove that object and run dvc push again.`,
  );
}
