import { join } from 'node:path';
import { createTableEngine } from '@laurel/duckdb';
import { createProcessJobLauncher } from '@laurel/local';
import { openObjectStore } from '@laurel/objectstore';
import { createAuditWitness, createPackageReader, openKeyring, openSeal } from '@laurel/packages';
import { createRepositories, migrate, openDatabase, ping } from '@laurel/postgres';
import { createMeter, type Logger } from '@laurel/telemetry';
import { connectOrchestrator } from '@laurel/temporal';
import { createWebhookSender } from '@laurel/webhooks';
import type { ApiConfig } from './config.js';
import { findInArchive } from './lineage/prediction-archive.js';
import type { ApiPorts } from './ports.js';

/** Connections the API keeps to Postgres: requests are short, and other processes need theirs. */
const poolSize = 10;

/** Everything the process holds open. */
export interface Container {
  readonly ports: ApiPorts;
  /** Ends open streams, so that the server can close. */
  stop(): void;
  close(): Promise<void>;
}

/** Opens what the API needs and brings the schema up to date. Temporal may be down: it is called at the first need. */
export async function openContainer(config: ApiConfig, logger: Logger): Promise<Container> {
  const database = openDatabase({ url: config.databaseUrl, poolSize, applicationName: 'laurel-api', log: logger });
  await migrate(database);
  const orchestrator = connectOrchestrator({ ...config.temporal, timeScale: config.timeScale });
  const objects = openObjectStore(config.objectStore);
  const jobs = createProcessJobLauncher({
    folder: join(config.home, 'jobs'),
    objectStore: objects,
    python: null,
    log: logger,
  });
  const keys = join(config.home, 'keys');
  const access = { objectStore: objects, keyring: openKeyring(keys) };
  const tables = createTableEngine();
  const closing = new AbortController();
  const repositories = createRepositories(database);
  return {
    ports: {
      ...repositories,
      predictionArchive: { find: (id) => findInArchive({ objects, tables }, id) },
      orchestrator,
      objects,
      packages: createPackageReader(access),
      tables,
      auditWitness: createAuditWitness(access),
      webhookAddresses: createWebhookSender({ allowed: config.webhookNetworks }),
      seal: await openSeal(keys),
      trainerLogs: jobs,
      database: { ping: () => ping(database) },
      meter: createMeter(),
      logger,
      settings: {
        loopback: config.loopback,
        closing: closing.signal,
        scratch: join(config.home, 'scratch'),
        artifactBytes: config.artifactBytes,
      },
    },
    stop: () => closing.abort(),
    close: async () => {
      await orchestrator.close();
      await database.close();
    },
  };
}
