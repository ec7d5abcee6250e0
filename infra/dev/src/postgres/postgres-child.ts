import { dirname, join } from 'node:path';
import { accepts } from '../ports/probe.js';
import type { ChildSpec } from '../supervisor/child-spec.js';
import { findPostgres, reachablePostgres } from './binaries.js';
import { type Cluster, clusterUser, prepareCluster } from './cluster.js';
import { answersQuery, ensureDatabase } from './databases.js';
import { postgresUser } from './system-user.js';

export interface PostgresOptions {
  /** Folder of the cluster, made when missing; the folder above it becomes Postgres' own. */
  readonly dataDir: string;
  readonly port: number;
  /** False: nothing waits for the disk; for tests. */
  readonly durable: boolean;
  readonly password: string;
  /** Made when missing. */
  readonly database: string;
}

const settings = [
  'max_connections=200',
  'shared_buffers=128MB',
  'max_wal_size=1GB',
  'log_timezone=UTC',
  'timezone=UTC',
];
const careless = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** URL of a database of the cluster on this machine. */
export function postgresUrl({
  password,
  port,
  database,
}: {
  readonly password: string;
  readonly port: number;
  readonly database: string;
}): string {
  return `postgres://${clusterUser}:${password}@127.0.0.1:${port}/${database}`;
}

/** The Postgres server as a child: makes its cluster, listens on loopback only, and is ready when it answers a query. */
export async function postgresChild(options: PostgresOptions): Promise<ChildSpec> {
  const user = await postgresUser();
  const binaries = await reachablePostgres(await findPostgres(), user);
  const { dataDir: data, port, password, durable, database } = options;
  const cluster: Cluster = { binaries, data, password, user, durable };
  const own = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const flags = [...own, ...settings, ...(durable ? [] : careless)].flatMap((setting) => ['-c', setting]);
  const admin = postgresUrl({ password, port, database: 'postgres' });
  return {
    name: 'postgres',
    command: [join(binaries, 'bin', 'postgres'), '-D', data, ...flags],
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C', TZ: 'UTC' },
    workingDirectory: dirname(data),
    user,
    readiness: { kind: 'probe', probe: () => answersQuery(admin) },
    alive: () => accepts(port),
    readyMilliseconds: 60_000,
    // SIGINT is Postgres' fast shutdown: sessions are ended, and no recovery is needed at the next start.
    stopSignal: 'SIGINT',
    graceMilliseconds: 10_000,
    prepare: () => prepareCluster(cluster),
    settle: () => ensureDatabase(admin, database),
  };
}
