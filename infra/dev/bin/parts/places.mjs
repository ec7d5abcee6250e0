import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of this checkout. */
export const root = resolve(fileURLToPath(new URL('../../../..', import.meta.url)));

/** Folder outside the checkout for what takes long to build: binaries, Python environments. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'laurel');

/** Stamps and the record of tools of this checkout; npm leaves folders that begin with a dot alone. */
export const checkoutCache = join(root, 'node_modules', '.cache', 'laurel');

/** Hash of the contents of files, or of a text; `length` hex digits. */
export function hashOf(parts, length = 12) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, length);
}

/** Contents of files below the root. */
export const contentsOf = (paths) => paths.map((path) => readFileSync(join(root, path)));

/** Tells two checkouts on one machine apart. */
export const checkoutId = hashOf([root], 8);
