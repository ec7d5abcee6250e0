import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePortNumbers, isAlive, postgresChild, postgresUrl, startServer } from '@laurel/dev';
import { createRepositories, migrate, openDatabase, type Repositories } from '@laurel/postgres';
import { Client } from 'pg';

/** A Postgres whose commits reach the disk, as in production. */
export interface PostgresServer extends AsyncDisposable {
  /** A migrated database of its own. */
  createDatabase(): Promise<OwnDatabase>;
  /** The URL of a database without any table. */
  createEmptyDatabase(): Promise<string>;
}

export interface OwnDatabase extends AsyncDisposable {
  readonly url: string;
  readonly repositories: Repositories;
}

const poolSize = 4;

/** Starts a Postgres below `folder`, which other users may pass through. */
export async function startPostgres(folder: string): Promise<PostgresServer> {
  const [port = 0] = await freePortNumbers(1);
  const options = { port, password: randomBytes(12).toString('hex'), database: 'laurel' };
  const child = await postgresChild({ ...options, dataDir: join(folder, 'postgres', 'data'), durable: true });
  const server = await startServer(child, join(folder, 'postgres.log'));
  const abandon = () => {
    if (isAlive(server.identity)) process.kill(server.identity.pid, 'SIGINT');
  };
  process.once('exit', abandon);
  return {
    createDatabase: () => createDatabase(postgresUrl(options)),
    createEmptyDatabase: () => createEmptyDatabase(postgresUrl(options)),
    [Symbol.asyncDispose]: async () => {
      process.off('exit', abandon);
      await server.stop();
    },
  };
}

async function createEmptyDatabase(serverUrl: string): Promise<string> {
  const name = `story_${randomBytes(6).toString('hex')}`;
  const admin = new Client(serverUrl);
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function createDatabase(serverUrl: string): Promise<OwnDatabase> {
  const url = await createEmptyDatabase(serverUrl);
  const database = openDatabase({ url, poolSize, applicationName: 'laurel-stories' });
  await migrate(database);
  return {
    url,
    repositories: createRepositories(database),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
