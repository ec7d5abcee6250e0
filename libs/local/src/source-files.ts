import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';

/** Not code: data, state, caches and the project file, whose changes are tracked field by field. */
const leftOut = new Set(['data', 'node_modules', '__pycache__', 'laurel.yaml']);

/** Files above this size are data, whatever their name. */
const largestCode = 1024 * 1024;

/**
 * Plain files of a trainer's folder that count as its code, sorted by name within each folder. Hidden ones do not count:
 * they hold caches and secrets. Errors: `NotFound` when there is no such folder.
 */
export async function sourceFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new LaurelError(
      'NotFound',
      `folder ${folder} of the project cannot be read; apply the project file again from where it lies.`,
      { cause },
    );
  });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || leftOut.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await sourceFiles(path)));
    else if (entry.isFile() && (await stat(path)).size <= largestCode) found.push(path);
  }
  return found;
}
