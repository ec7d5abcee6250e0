import { randomBytes } from 'node:crypto';
import { createRepositories, type Database, migrate, openDatabase, type Repositories } from '@laurel/postgres';
import { Client, type QueryResultRow } from 'pg';

/** A migrated database of its own, its repositories, and a raw connection for what no repository offers. */
export interface TestDatabase extends Repositories {
  readonly url: string;
  readonly database: Database;
  /** Runs SQL as the owner of the database. */
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
  drop(): Promise<void>;
}

function adminUrl(): string {
  const url = process.env.LAUREL_TEST_POSTGRES_URL;
  if (url === undefined) throw new Error('LAUREL_TEST_POSTGRES_URL is not set; the global set-up of Jest sets it');
  return url;
}

/** Runs a statement from the database `postgres`: a session on the template would keep every other test from copying it. */
async function asAdmin<R extends QueryResultRow>(statement: string): Promise<readonly R[]> {
  const url = new URL(adminUrl());
  url.pathname = '/postgres';
  const client = new Client(url.href);
  await client.connect();
  try {
    return (await client.query<R>(statement)).rows;
  } finally {
    await client.end();
  }
}

interface OwnDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

async function createDatabase(template: string): Promise<OwnDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(`create database ${name} template ${template}`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await asAdmin(`drop database ${name} with (force)`);
    },
  };
}

/** A database without any table. */
export const createEmptyDatabase = () => createDatabase('template0');

const migrated = 'laurel_template';

/** `poolSize` is large enough for the concurrency tests to be concurrent. */
export async function createTestDatabase(poolSize = 32): Promise<TestDatabase> {
  const templates = await asAdmin(`select from pg_database where datname = '${migrated}'`);
  const own = await createDatabase(templates.length === 1 ? migrated : 'template0');
  const database = openDatabase({ url: own.url, poolSize, applicationName: 'laurel-test' });
  if (templates.length === 0) await migrate(database);
  const raw = new Client(own.url);
  raw.on('error', () => undefined);
  await raw.connect();
  return {
    ...createRepositories(database),
    url: own.url,
    database,
    query: async (text, values = []) => (await raw.query(text, [...values])).rows,
    drop: async () => {
      await raw.end().catch(() => undefined);
      await database.close();
      await own.drop();
    },
  };
}
