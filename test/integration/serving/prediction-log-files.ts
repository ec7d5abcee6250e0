import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ObjectStore } from '@laurel/ports';

/** A row of a query: numbers of 64 bits are texts, times are texts, structs are objects. */
export type QueryRow = Readonly<Record<string, unknown>>;

/** Rows of a query in a database of its own. */
export async function query(sql: string): Promise<readonly QueryRow[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** All files of the prediction log of an object store, as a reader of DuckDB would open them. */
export async function openLog(
  objectStore: Pick<ObjectStore, 'listNamed' | 'getNamed'>,
  folder: string,
): Promise<{ readonly keys: readonly string[]; readonly table: string; readonly rows: readonly QueryRow[] }> {
  const keys = await objectStore.listNamed('predictions/');
  for (const key of keys) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, (await objectStore.getNamed(key)) ?? new Uint8Array());
  }
  const table = `read_parquet('${folder}/predictions/**/*.parquet', union_by_name = true, hive_partitioning = true)`;
  return { keys, table, rows: keys.length === 0 ? [] : await query(`SELECT * FROM ${table} ORDER BY predictionId`) };
}
