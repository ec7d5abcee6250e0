import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { canonicalJson, type Digest, type RunId } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { isTaken } from './error-code.js';
import { sourceFiles } from './source-files.js';

/** Files of a trainer's folder, as an object. */
interface SourceManifest {
  readonly files: readonly { readonly path: string; readonly digest: Digest; readonly executable: boolean }[];
}

const executableBits = 0o111;

/** A folder with more than this in small files holds an environment or data, not code; bytes. */
const largestSource = 64 * 1024 * 1024;

/** Stores a folder's code file by file, and its manifest, whose digest it returns; `null` when it is too large. */
export async function keepSource(folder: string, objects: ObjectStore): Promise<Digest | null> {
  const found = [];
  for (const path of await sourceFiles(folder)) found.push({ path, ...modeAndSize(await stat(path)) });
  if (found.reduce((sum, { size }) => sum + size, 0) > largestSource) return null;
  const files = [];
  for (const { path, executable } of found) {
    const { digest } = await objects.putFile(path);
    files.push({ path: relative(folder, path).split(sep).join('/'), digest, executable });
  }
  const manifest: SourceManifest = { files };
  return objects.put(Buffer.from(canonicalJson(manifest)));
}

function modeAndSize({ mode, size }: Stats) {
  return { executable: (mode & executableBits) !== 0, size };
}

/** The run's own folder with the kept files in it; whole, or not there. */
export async function layOutSource(
  kept: Digest,
  { objectStore, copies, runId }: { readonly objectStore: ObjectStore; readonly copies: string; readonly runId: RunId },
): Promise<string> {
  const folder = join(copies, runId);
  if (await isFolder(folder)) return folder;
  const staged = join(copies, `.${runId}-${randomUUID()}`);
  try {
    await mkdir(staged, { recursive: true });
    const manifest = JSON.parse(Buffer.from(await objectStore.get(kept)).toString('utf8')) as SourceManifest;
    for (const file of manifest.files) await layOutFile(objectStore, file, join(staged, ...safeParts(file.path)));
    await rename(staged, folder);
  } catch (error) {
    // Another attempt may have been first: its folder is as good.
    if (!(await isFolder(folder)) || !isTaken(error)) throw error;
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  return folder;
}

/** Removes a run's copy. */
export async function clearSource(copies: string, runId: RunId): Promise<void> {
  await rm(join(copies, runId), { recursive: true, force: true });
}

async function layOutFile(objects: ObjectStore, file: SourceManifest['files'][number], path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await objects.getFile(file.digest, path);
  await chmod(path, file.executable ? 0o755 : 0o644);
}

function safeParts(path: string): readonly string[] {
  const parts = path.split('/');
  if (isAbsolute(path) || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new LaurelError('PackageTampered', `a kept source names the file "${path}", which lies outside of it.`);
  }
  return parts;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
