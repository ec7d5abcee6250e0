import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOf, parseFileName } from './segment-name.js';

/**
 * Takes over the segments of processes of this machine that are dead: their folders lie beside `folder`. Several
 * processes may try; each segment is moved by one of them.
 */
export async function adoptOrphans(root: string, folder: string, isAlive: (process: string) => boolean): Promise<void> {
  const processes = await readdir(root).catch(() => []);
  await mkdir(folder, { recursive: true });
  for (const process of processes) {
    const orphan = join(root, process);
    if (orphan === folder || isAlive(process)) continue;
    for (const file of await readdir(orphan).catch(() => [])) await adopt(orphan, file, folder);
    await rmdir(orphan).catch(() => undefined);
  }
}

/** Tables in the making are made again from their segment; a segment that has come over already is not taken twice. */
async function adopt(orphan: string, file: string, folder: string): Promise<void> {
  const name = parseFileName(file);
  const from = join(orphan, file);
  if (name === undefined || name.state === 'partial') return rm(from, { recursive: true, force: true });
  const state = name.state === 'open' ? 'closed' : name.state;
  await rename(from, join(folder, fileNameOf(name, state))).catch(() => rm(from, { recursive: true, force: true }));
}
