import { copyFile, link, mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { demandDigest, digestOf, digestOfFile, noSuchObject } from './digest.js';
import { type ByteSource, ensureFolderOf, type StagedFile, stage, syncFolder } from './durable-file.js';
import { codeOf, fileErrors } from './file-errors.js';
import { checkedFolder, checkedKey, checkedPrefix, isNamedKey, objectKey } from './keys.js';

/** Files being written; a crash may leave some, nobody reads them. */
const stagingFolder = '.staging';

/**
 * An object store in the folder `root`, shared by processes of one machine. Every write is staged, synced and then
 * renamed or linked, so that a reader sees all bytes or none.
 */
export function createDirectoryStore({ root }: { readonly root: string }): ObjectStore {
  return { ...digestObjects(root), ...namedObjects(root) };
}

type DigestObjects = Pick<ObjectStore, 'put' | 'putFile' | 'get' | 'getFile' | 'has'>;
type NamedObjects = Omit<ObjectStore, keyof DigestObjects>;

function digestObjects(root: string): DigestObjects {
  const at = (digest: Digest) => join(root, objectKey(digest));

  async function store(source: ByteSource): Promise<StagedFile> {
    const staged = await stage(source, join(root, stagingFolder));
    try {
      await settle(staged, at(staged.digest));
    } finally {
      await rm(staged.path, { force: true });
    }
    return staged;
  }

  return {
    put: fileErrors(async (bytes) => {
      const digest = digestOf(bytes);
      if (!(await isWhole(at(digest), digest))) await store({ bytes });
      return digest;
    }),
    putFile: fileErrors(async (path) => {
      const { digest, size } = await store({ path });
      return { digest, size };
    }),
    get: fileErrors(async (digest) => {
      const bytes = await readObject(at(digest), digest);
      demandDigest(digest, digestOf(bytes));
      return bytes;
    }),
    getFile: fileErrors(async (digest, path) => {
      await demandPresent(at(digest), digest);
      await deliver({ path: at(digest) }, digest, path);
    }),
    has: fileErrors(async (digest) => exists(at(digest))),
  };
}

function namedObjects(root: string): NamedObjects {
  const at = (key: string) => join(root, checkedKey(key));

  async function putOnce(target: string, source: ByteSource): Promise<boolean> {
    if (await exists(target)) return false;
    const staged = await stage(source, join(root, stagingFolder));
    try {
      return await linkOnce(staged.path, target);
    } finally {
      await rm(staged.path, { force: true });
    }
  }

  return {
    putNamed: fileErrors(async (key, bytes) => putOnce(at(key), { bytes })),
    putNamedFile: fileErrors(async (key, path) => putOnce(at(key), { path })),
    getNamedFile: fileErrors(async (key, path) => {
      const source = at(key);
      if (!(await exists(source))) return false;
      await copyFile(source, path);
      return true;
    }),
    getNamed: fileErrors(async (key) => readIfThere(at(key))),
    listNamed: fileErrors(async (prefix) => {
      const folder = checkedPrefix(prefix).slice(0, prefix.lastIndexOf('/') + 1);
      const keys = await namedKeys(root, folder);
      return keys.filter((key) => key.startsWith(prefix)).sort();
    }),
    foldersNamed: fileErrors((folder) => foldersIn(join(root, checkedFolder(folder)))),
    removeNamed: fileErrors(async (keys) => {
      for (const path of keys.map(at)) {
        await rm(path, { force: true });
        await removeEmpty(dirname(path), root);
      }
    }),
  };
}

/** Removes `folder` and the folders around it as far as they are empty. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let empty = folder; empty.startsWith(join(root, '/')); empty = dirname(empty)) {
    const removed = await rmdir(empty).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return names.filter((name) => isNamedKey(`${name}/x`)).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Writes a verified copy of an object to `path`; a wrong one never gets that name. */
export async function deliver(source: ByteSource, digest: Digest, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const staged = await stage(source, dirname(path));
  try {
    demandDigest(digest, staged.digest);
    await rename(staged.path, path);
  } finally {
    await rm(staged.path, { force: true });
  }
}

/** Gives a staged file its final name. An object that is there and whole stays; a damaged one is replaced. */
async function settle(staged: StagedFile, target: string): Promise<void> {
  if (await isWhole(target, staged.digest)) return;
  await ensureFolderOf(target);
  await rename(staged.path, target);
  await syncFolder(dirname(target));
}

async function isWhole(path: string, digest: Digest): Promise<boolean> {
  return (await exists(path)) && (await digestOfFile(path)).digest === digest;
}

async function linkOnce(from: string, target: string): Promise<boolean> {
  await ensureFolderOf(target);
  try {
    await link(from, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await syncFolder(dirname(target));
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

async function demandPresent(path: string, digest: Digest): Promise<void> {
  if (!(await exists(path))) throw noSuchObject(digest);
}

async function readObject(path: string, digest: Digest): Promise<Uint8Array> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw noSuchObject(digest);
  return bytes;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (isAbsent(error) || codeOf(error) === 'EISDIR') return undefined;
    throw error;
  }
}

async function namedKeys(root: string, folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '/').length))
      .filter(isNamedKey);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
