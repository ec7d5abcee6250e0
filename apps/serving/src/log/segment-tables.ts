import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { logPartitionOf } from '@laurel/domain';
import { type TableEngineOptions, writeColumns } from '@laurel/duckdb';
import { logTable } from './log-table.js';
import { fileNameOf, type SegmentName, tableNameOf } from './segment-name.js';
import { type RequestItem, requestItems, wholeBlocks } from './segment-reader.js';

/**
 * Turns a closed segment of `folder` into a folder of Parquet files, one per endpoint and hour, in a step that is seen
 * whole or not at all; then removes it. Gives the bytes at its end that a crash tore. Errors: `StorageFull`.
 */
export async function tablesOfSegment(folder: string, name: SegmentName, limits: TableEngineOptions): Promise<number> {
  const [segment, partial, ready] = (['closed', 'partial', 'ready'] as const).map((state) =>
    join(folder, fileNameOf(name, state)),
  ) as [string, string, string];
  const { payloads, tornBytes } = wholeBlocks(await readFile(segment));
  await rm(partial, { recursive: true, force: true });
  try {
    await mkdir(partial);
    const tables = Map.groupBy(requestItems(payloads), tableOf);
    for (const [table, items] of tables) await writeTable(join(partial, table), items, limits);
    await sync(partial);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  await rm(ready, { recursive: true, force: true });
  await rename(partial, ready);
  await sync(folder);
  await rm(segment, { force: true });
  return tornBytes;
}

function tableOf({ context, at }: RequestItem): string {
  return tableNameOf(logPartitionOf(context.endpoint, at));
}

async function writeTable(path: string, items: readonly RequestItem[], limits: TableEngineOptions): Promise<void> {
  await writeColumns({ ...logTable(items), path }, limits);
  await sync(path);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
