import { join } from 'node:path';
import type { ActivityPorts } from '@laurel/activities';
import { createTableEngine } from '@laurel/duckdb';
import { createModelProbe, createModelRunner } from '@laurel/inference';
import { createSourceCode } from '@laurel/local';
import { openObjectStore } from '@laurel/objectstore';
import { createOptunaSampler } from '@laurel/optuna';
import { createAuditAnchors, createPackages, openKeys, openSeal } from '@laurel/packages';
import type { AuditAnchors, Seal, WebhookSender } from '@laurel/ports';
import { createRepositories, type Database, migrate, openDatabase } from '@laurel/postgres';
import type { Logger } from '@laurel/telemetry';
import { connectOrchestrator } from '@laurel/temporal';
import { createWebhookSender } from '@laurel/webhooks';
import type { WorkerConfig } from './config.js';
import { openLauncher } from './launcher.js';
import { createTrafficRouters } from './routers.js';
import { openSources } from './sources.js';
import { createGates } from './webhooks/gates.js';

/** Everything of a worker process that must be closed. */
export interface Container {
  readonly ports: ActivityPorts & Required<Pick<ActivityPorts, 'routers'>>;
  readonly database: Database;
  readonly repositories: ReturnType<typeof createRepositories>;
  readonly auditAnchors: AuditAnchors;
  readonly webhookSender: WebhookSender;
  readonly seal: Seal;
  close(): Promise<void>;
}

/** Hands adapters to ports. */
export async function openContainer(config: WorkerConfig, log: Logger): Promise<Container> {
  const database = openDatabase({ url: config.databaseUrl, poolSize: 10, log });
  await migrate(database);
  const repositories = createRepositories(database);
  const objects = openObjectStore(config.objectStore);
  const orchestrator = connectOrchestrator({ ...config.temporal, timeScale: config.timeScale });
  const sampler = createOptunaSampler({ python: config.samplerPython, databaseUrl: config.databaseUrl, log });
  const keys = await openKeys(join(config.home, 'keys'));
  const webhookSender = createWebhookSender({ allowed: config.webhookNetworks });
  const seal = await openSeal(join(config.home, 'keys'));
  const ports: Container['ports'] = {
    ...repositories,
    gates: createGates({ webhooks: repositories.webhooks, webhookSender, seal }),
    routers: createTrafficRouters({ ...repositories, kubeconfig: config.routerKubeconfig, log }),
    objects,
    orchestrator,
    sampler,
    sources: openSources(config.sources),
    tables: createTableEngine({ threads: 2 }),
    jobs: await openLauncher(config, { objects, runTokens: repositories.runTokens, log }),
    packages: createPackages({ objectStore: objects, keys }),
    runner: createModelRunner({ intraOpThreads: 1 }),
    probe: createModelProbe({ memoryMegabytes: 2_048, timeoutMilliseconds: 60_000 }),
    code: createSourceCode({ objectStore: objects, folder: join(config.home, 'sources') }),
  };
  const close = async () => {
    await sampler.close();
    await orchestrator.close();
    await database.close();
  };
  return {
    ports,
    database,
    repositories,
    auditAnchors: createAuditAnchors({ objectStore: objects, keys }),
    webhookSender,
    seal,
    close,
  };
}
