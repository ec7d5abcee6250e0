import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** What the files of the prediction log hold. */
export interface StoredLog {
  readonly ids: ReadonlySet<string>;
  readonly rows: number;
  /** Ids that two rows of different content claim. */
  readonly contradictions: number;
  readonly files: number;
}

/** Reads all Parquet files of the prediction log in the object store of `home`. */
export async function readStored(home: string): Promise<StoredLog> {
  const files = await filesUnder(join(home, 'objects', 'predictions'));
  if (files.length === 0) return { ids: new Set(), rows: 0, contradictions: 0, files: 0 };
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const table = `read_parquet('${join(home, 'objects', 'predictions')}/**/*.parquet', union_by_name = true)`;
    const all = await connection.runAndReadAll(
      `SELECT predictionId, count(*)::INTEGER AS rows, count(DISTINCT content)::INTEGER AS contents
       FROM (SELECT predictionId, row(requestId, "at", latencyMs, inputs, outputs)::VARCHAR AS content FROM ${table})
       GROUP BY predictionId`,
    );
    const rows = all.getRowObjectsJS() as { predictionId: string; rows: number; contents: number }[];
    return {
      ids: new Set(rows.map(({ predictionId }) => predictionId)),
      rows: rows.reduce((sum, row) => sum + row.rows, 0),
      contradictions: rows.filter(({ contents }) => contents > 1).length,
      files: files.length,
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Files of segments that are not in the object store yet. */
export async function unshipped(home: string): Promise<readonly string[]> {
  return filesUnder(join(home, 'serving'));
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
