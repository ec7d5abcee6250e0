import { rm } from 'node:fs/promises';
import { LaurelError } from '@laurel/contracts';
import type { DataFormat } from '@laurel/domain';
import type { TableEngine } from '@laurel/ports';
import { compareTables } from './compare-tables.js';
import { describeTable } from './describe-table.js';
import { unreadable } from './failures.js';
import { csvRows } from './import-csv.js';
import { jsonlRows } from './import-jsonl.js';
import { parquetRows } from './normalised-rows.js';
import { findRow, readColumns, readRows } from './read-table.js';
import { inSession, type Session, type TableEngineOptions } from './session.js';
import { splitTable } from './split-table.js';

const readers: { readonly [Format in DataFormat]: (session: Session, path: string) => Promise<string> } = {
  csv: csvRows,
  parquet: parquetRows,
  jsonl: jsonlRows,
};

/**
 * Tables in files through DuckDB. Each call has a database and a temporary folder of its own and removes both, so
 * calls may run at the same time. The same input gives the same rows, numbers and Parquet bytes whatever the threads.
 */
export function createTableEngine(options: TableEngineOptions = {}): TableEngine {
  const reading = <T>(file: string, work: (session: Session) => Promise<T>, limits = options) =>
    inSession(limits, (session) =>
      work(session).catch((error: unknown) => {
        throw unreadable(error, file);
      }),
    );
  return {
    importTable: (source, parquet) =>
      reading(source.path, async (session) => {
        const query = await readers[source.format](session, source.path);
        const rows = await session.writeParquet(query, parquet);
        if (rows > 0) return { rows };
        await rm(parquet, { force: true });
        throw new LaurelError('DataEmpty', `${source.path} has no rows; add rows.`);
      }),
    // Sums over several threads differ in their last bits.
    describe: (parquet) => reading(parquet, (session) => describeTable(session, parquet), { ...options, threads: 1 }),
    split: (parquet, spec, parts) => reading(parquet, (session) => splitTable(session, parquet, spec, parts)),
    compare: (from, to, how) => reading(to, (session) => compareTables(session, { from, to, ...how })),
    readColumns: (parquet, columns) => reading(parquet, (session) => readColumns(session, parquet, columns)),
    findRow: (parquet, search) => reading(parquet, (session) => findRow(session, parquet, search)),
    readRows: (parquet, window) => reading(parquet, (session) => readRows(session, parquet, window)),
  };
}
