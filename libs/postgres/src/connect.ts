import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import { types as builtIn, Client, Pool, type PoolClient, TypeOverrides } from 'pg';
import { translate } from './failures.js';
import type { Tables } from './tables.js';

/** What the adapter says about lost connections; a pino logger fits. */
export interface DatabaseLog {
  warn(fields: object, message: string): void;
}

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly poolSize: number;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName?: string;
  readonly log?: DatabaseLog;
}

/** A statement that the server parses and plans once per connection, by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs a prepared statement on a connection of the pool. */
export type RunPrepared = <Row extends object>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

/** A pool of connections to one database, and single connections beside it. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  readonly log: DatabaseLog;
  readonly prepared: RunPrepared;
  /** A connection of its own, outside the pool and without a statement limit; the caller ends it. */
  connectAlone(options?: { readonly queryTimeoutMilliseconds?: number }): Promise<Client>;
  /** Waits for running queries and ends the pool. */
  close(): Promise<void>;
}

const connectMilliseconds = 10_000;
const statementMilliseconds = 15_000;
/** Longer than the server's own limit, so that it speaks only when the network has swallowed the answer. */
const answerMilliseconds = 20_000;
/** A process that was stopped inside a transaction must not hold an endpoint's row for ever. */
const idleInTransactionMilliseconds = 30_000;

const silent: DatabaseLog = { warn: () => undefined };

/**
 * Opens a database; connects at the first query. A server that dies or restarts never ends the process: queries fail
 * with `DependencyUnavailable` until it is back.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const log = options.log ?? silent;
  const shared = {
    connectionString: options.url,
    application_name: options.applicationName ?? 'laurel',
    connectionTimeoutMillis: connectMilliseconds,
    keepAlive: true,
    types: wireTypes(),
  };
  const pool = new Pool({
    ...shared,
    max: options.poolSize,
    statement_timeout: statementMilliseconds,
    query_timeout: answerMilliseconds,
    idle_in_transaction_session_timeout: idleInTransactionMilliseconds,
  });
  pool.on('error', (error) => log.warn({ error: error.message }, 'Postgres closed an idle connection'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: translating(pool) }) });
  return {
    kysely,
    log,
    prepared: async <Row extends object>(statement: Statement, values: readonly unknown[]) => {
      try {
        return (await pool.query<Row>({ ...statement, values: [...values] })).rows;
      } catch (error) {
        throw translate(error);
      }
    },
    connectAlone: async ({ queryTimeoutMilliseconds = 0 } = {}) => {
      const client = new Client({ ...shared, query_timeout: queryTimeoutMilliseconds });
      client.on('error', () => undefined);
      await client.connect().catch((error: unknown) => {
        throw translate(error);
      });
      return client;
    },
    close: () => kysely.destroy(),
  };
}

/** Throws `DependencyUnavailable` when Postgres does not answer. */
export async function ping(database: Database): Promise<void> {
  await sql`select 1`.execute(database.kysely);
}

/** 64-bit integers become numbers (all of ours are far below 2^53), times RFC 3339 in UTC with milliseconds. */
function wireTypes(): TypeOverrides {
  const types = new TypeOverrides();
  types.setTypeParser(builtIn.builtins.INT8, (text: string) => safeInteger(text));
  types.setTypeParser(builtIn.builtins.TIMESTAMPTZ, (text: string) => new Date(text).toISOString());
  return types;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the integers that a number holds`);
  return value;
}

function translating(pool: Pool): PostgresPool {
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw translate(error);
      });
      const known = wrapped.get(client) ?? translatingClient(client);
      wrapped.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

/** Speaks statements only: without a cursor in the dialect, Kysely never asks for the other form of `query`. */
function translatingClient(client: PoolClient): PostgresPoolClient {
  const query = async (text: string, values: readonly unknown[] = []) => {
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      throw translate(error);
    }
  };
  return { query: query as unknown as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) };
}
