import { access, constants, mkdtemp, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LaurelError } from '@laurel/contracts';
import { storageFailure } from './failures.js';
import { literal } from './sql-text.js';

/** Limits of the database behind each call. */
export interface TableEngineOptions {
  /** Threads of one call; 1 by default. Results do not depend on it. */
  readonly threads?: number;
  /** Memory of one call as DuckDB writes it, for example `2GB`; beyond it, work spills to the temporary folder. */
  readonly memoryLimit?: string;
  /** Where each call makes, and removes, its own folder; the system's by default. */
  readonly temporaryFolder?: string;
}

/** One private in-memory database with its temporary folder. */
export interface Session {
  readonly connection: DuckDBConnection;
  readonly folder: string;
  /** Rows of a query, each by column name. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** SQL string of a link to `path`: DuckDB would take `*`, `?` and `[` in a real path for a pattern. */
  source(path: string): Promise<string>;
  /** Writes the rows of `query` as Parquet, in one step for other readers; gives their number. */
  writeParquet(query: string, path: string): Promise<number>;
}

/** Runs `work` in a database of its own and leaves nothing behind. */
export async function inSession<T>(options: TableEngineOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(options.temporaryFolder ?? tmpdir(), 'laurel-duckdb-'));
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads ?? 1),
      memory_limit: options.memoryLimit ?? '1GB',
      temp_directory: join(folder, 'spill'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    try {
      const connection = await instance.connect();
      try {
        await connection.run("SET TimeZone = 'UTC'");
        return await work(sessionOf(connection, folder));
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  } catch (error) {
    throw storageFailure(error, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sessionOf(connection: DuckDBConnection, folder: string): Session {
  let links = 0;
  return {
    connection,
    folder,
    async rows(sql) {
      return (await connection.runAndReadAll(sql)).getRowObjectsJS();
    },
    async source(path) {
      await mustBeReadable(path);
      links += 1;
      const link = join(folder, `source-${links}`);
      await symlink(await realpath(path), link);
      return literal(link);
    },
    async writeParquet(query, path) {
      const partial = `${path}.${process.pid}-${folder.slice(-6)}.partial`;
      try {
        const result = await connection.runAndReadAll(
          `COPY (${query}) TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd)`,
        );
        await rename(partial, path);
        return Number(result.value(0, 0));
      } finally {
        await rm(partial, { force: true });
      }
    },
  };
}

/** Fails with `DataUnreadable` unless `path` is a file this user may read. */
export async function mustBeReadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new LaurelError('DataUnreadable', `There is no file ${path}; check the path.`);
  if (!found.isFile()) throw new LaurelError('DataUnreadable', `${path} is not a file; name one file.`);
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new LaurelError('DataUnreadable', `${path} may not be read by this user; change its permissions.`, { cause });
  });
}
