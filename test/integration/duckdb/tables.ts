import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTableEngine, type TableEngineOptions } from '@laurel/duckdb';
import type { ColumnTable, TableEngine } from '@laurel/ports';

/** A folder for tables with an engine; it goes away at the end of the test. */
export async function tables(options: TableEngineOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-tables-'));
  const engine = createTableEngine({ temporaryFolder: folder, ...options });
  return {
    folder,
    engine,
    path: (name: string) => join(folder, name),
    async csv(text: string | Buffer, name = 'rows.csv'): Promise<string> {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    /** Imports a CSV text and reads it back. */
    async imported(text: string | Buffer): Promise<ColumnTable> {
      return await throughParquet(engine, await this.csv(text), join(folder, 'rows.parquet'));
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function throughParquet(engine: TableEngine, csv: string, parquet: string): Promise<ColumnTable> {
  await engine.importTable({ format: 'csv', path: csv }, parquet);
  return await engine.readColumns(parquet);
}

/** SHA-256 of a file in hex. */
export async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** Code and message of the error `work` fails with. */
export async function failureOf(work: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> {
  return await work.then(
    () => ({ code: 'none', message: 'it did not fail' }),
    (error: Error & { code?: string }) => ({ code: error.code ?? error.name, message: error.message }),
  );
}
