import { createModelRunner } from '@laurel/inference';
import { openObjectStore } from '@laurel/objectstore';
import { createPackageReader, openKeyring } from '@laurel/packages';
import { createRepositories, openDatabase } from '@laurel/postgres';
import type { Logger } from '@laurel/telemetry';
import type { ServingConfig } from './config.js';
import type { ServingPorts } from './serving.js';

/** Polling, the lease and the flushes each need one connection at a time. */
const poolSize = 4;

/** Hands adapters to ports. Only public keys are read: this process can sign nothing. */
export function openContainer(
  config: ServingConfig,
  log: Logger,
): { readonly ports: ServingPorts; close(): Promise<void> } {
  const database = openDatabase({ url: config.databaseUrl, poolSize, applicationName: 'laurel-serving', log });
  const objectStore = openObjectStore(config.objectStore);
  const { fleet, apiKeys, audit } = createRepositories(database);
  const ports: ServingPorts = {
    fleet,
    apiKeys: isLoopback(config.host) ? null : apiKeys,
    operatorKeys: apiKeys,
    audit,
    packages: createPackageReader({ objectStore, keyring: openKeyring(config.keysFolder) }),
    runner: createModelRunner({ log, isolate: 'measured' }),
    log,
  };
  return { ports, close: () => database.close() };
}

/** Only callers on this machine reach these addresses; they need no key. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
