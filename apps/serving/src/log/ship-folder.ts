import { readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ErrorCode, isLaurelError, LaurelError } from '@laurel/contracts';
import type { TableEngineOptions } from '@laurel/duckdb';
import type { ObjectStore } from '@laurel/ports';
import { byAge, fileNameOf, objectKeyOf, parseFileName, parseTableName, type SegmentName } from './segment-name.js';
import { tablesOfSegment } from './segment-tables.js';

/** A store that hangs counts as one that is away. */
const storeMilliseconds = 30_000;

/** What became of the segments of a folder. */
export interface Shipped {
  /** Segments whose tables are in the object store. */
  readonly stored: number;
  /** Segments whose end a crash tore. */
  readonly torn: number;
  /** Segments that cannot be read and were put aside. */
  readonly broken: number;
  /** What ended the work early; what is left stays. */
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null;
}

export interface ShipOptions {
  readonly folder: string;
  readonly objectStore: Pick<ObjectStore, 'putNamed'>;
  readonly limits: TableEngineOptions;
}

/**
 * Turns the closed segments of a folder into Parquet files, then stores those, oldest first. Files come before storing,
 * because they take a fraction of the room while the store is away. A segment keeps its name wherever it is stored from,
 * so one that is stored twice lands once.
 */
export async function shipFolder(options: ShipOptions): Promise<Shipped> {
  const counts = { stored: 0, torn: 0, broken: 0 };
  const writing = await failureOf(() => writeTables(options, counts));
  const storing = await failureOf(() => storeTables(options, counts));
  return { ...counts, failure: storing ?? writing };
}

type Counts = { -readonly [count in 'stored' | 'torn' | 'broken']: number };

async function failureOf(work: () => Promise<void>): Promise<Shipped['failure']> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isLaurelError(error)) return { code: error.code, message: error.message };
    return { code: 'Internal', message: `The prediction log cannot be stored: ${String(error)}` };
  }
}

async function writeTables({ folder, limits }: ShipOptions, counts: Counts): Promise<void> {
  for (const name of await segmentsIn(folder, 'closed')) {
    try {
      if ((await tablesOfSegment(folder, name, limits)) > 0) counts.torn += 1;
    } catch (error) {
      if (isOfTheMachine(error)) throw error;
      await rename(join(folder, fileNameOf(name, 'closed')), join(folder, fileNameOf(name, 'broken')));
      counts.broken += 1;
    }
  }
}

/** Would the same segment be read in better times? */
function isOfTheMachine(error: unknown): boolean {
  if (isLaurelError(error)) return error.code === 'StorageFull' || error.code === 'DependencyUnavailable';
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

async function storeTables({ folder, objectStore }: ShipOptions, counts: Counts): Promise<void> {
  for (const name of await segmentsIn(folder, 'ready')) {
    const tables = join(folder, fileNameOf(name, 'ready'));
    for (const file of await readdir(tables)) {
      const partition = parseTableName(file);
      const path = join(tables, file);
      if (partition !== undefined) await store(objectStore, objectKeyOf(name, partition), await readFile(path));
      await rm(path, { force: true });
    }
    await rmdir(tables);
    counts.stored += 1;
  }
}

async function store(objectStore: ShipOptions['objectStore'], key: string, bytes: Uint8Array): Promise<void> {
  const waiting = new AbortController();
  const timeUp = pause(storeMilliseconds, true, { signal: waiting.signal }).catch(() => false);
  try {
    const isLate = await Promise.race([objectStore.putNamed(key, bytes).then(() => false), timeUp]);
    if (isLate)
      throw new LaurelError('DependencyUnavailable', `The object store took no ${key} in ${storeMilliseconds} ms.`);
  } finally {
    waiting.abort();
  }
}

async function segmentsIn(folder: string, wanted: 'closed' | 'ready'): Promise<readonly SegmentName[]> {
  const names = (await readdir(folder)).flatMap((file) => parseFileName(file) ?? []);
  return names.filter(({ state }) => state === wanted).sort(byAge);
}
