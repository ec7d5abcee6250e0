import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore, TableEngine } from '@laurel/ports';
import { fileNameOf, objectKeyOf, parseFileName, type SegmentName } from './segment-name.js';

/** Disk that closed segments may take while the object store is away. */
const largestBacklogBytes = 512 * 1024 * 1024;

export interface ShipperOptions {
  readonly folder: string;
  readonly objectStore: Pick<ObjectStore, 'putNamed'>;
  readonly tables: Pick<TableEngine, 'importTable'>;
  readonly onDropped: (segments: number) => void;
}

/**
 * Brings closed segments into the object store as Parquet, oldest first. A segment keeps its name wherever it is
 * shipped from, so one that is shipped twice lands once. Rejects at the first that cannot be stored; it stays.
 */
export async function shipClosed(options: ShipperOptions): Promise<void> {
  const { folder, onDropped } = options;
  const names = await closedSegments(folder);
  const surplus = await surplusOf(folder, names);
  for (const name of surplus) await rm(join(folder, fileNameOf(name, 'closed')), { force: true });
  if (surplus.length > 0) onDropped(surplus.length);
  for (const name of names.slice(surplus.length)) await shipOne(options, name);
}

async function shipOne({ folder, objectStore, tables }: ShipperOptions, name: SegmentName): Promise<void> {
  const segment = join(folder, fileNameOf(name, 'closed'));
  const whole = wholeLines(await readFile(segment, 'utf8'));
  if (whole !== '') {
    const source = `${segment}.whole`;
    const parquet = `${segment}.parquet`;
    try {
      await writeFile(source, whole);
      await tables.importTable({ format: 'jsonl', path: source }, parquet);
      await objectStore.putNamed(objectKeyOf(name), new Uint8Array(await readFile(parquet)));
    } finally {
      await rm(source, { force: true });
      await rm(parquet, { force: true });
    }
  }
  await rm(segment, { force: true });
}

/** A process that died may have left half a line. */
function wholeLines(text: string): string {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line !== '' && isJson(line))
    .map((line) => `${line}\n`)
    .join('');
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

async function closedSegments(folder: string): Promise<readonly SegmentName[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => parseFileName(file) ?? [])
    .sort((a, b) => `${a.date}${a.hour}`.localeCompare(`${b.date}${b.hour}`) || a.sequence - b.sequence);
}

async function surplusOf(folder: string, names: readonly SegmentName[]): Promise<readonly SegmentName[]> {
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, fileNameOf(name, 'closed')))));
  let total = sizes.reduce((sum, size) => sum + size, 0);
  let count = 0;
  while (total > largestBacklogBytes) total -= sizes[count++] ?? total;
  return names.slice(0, count);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/**
 * Takes over the segments of processes of this machine that are dead: their folders lie beside `folder`. Several
 * processes may try; each file is moved by one of them.
 */
export async function adoptOrphans(root: string, folder: string, isAlive: (process: string) => boolean): Promise<void> {
  const processes = await readdir(root).catch(() => []);
  await mkdir(folder, { recursive: true });
  for (const process of processes) {
    const orphan = join(root, process);
    if (orphan === folder || isAlive(process)) continue;
    for (const file of await readdir(orphan).catch(() => [])) {
      const name = parseFileName(file);
      if (name === undefined) await rm(join(orphan, file), { force: true });
      else await rename(join(orphan, file), join(folder, fileNameOf(name, 'closed'))).catch(() => undefined);
    }
    await rmdir(orphan).catch(() => undefined);
  }
}
