import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Split } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';
import { createModelRunner } from '@laurel/inference';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackageReader, openKeyring } from '@laurel/packages';
import { newProcessName, startServing } from '@laurel/serving';
import { createLogger } from '@laurel/telemetry';
import { createMemoryFleet } from '../../support/memory-fleet.js';

/** What a serving process under test is told by whoever forks it. */
export interface ServingTask {
  /** Holds `objects`, `keys` and `serving`. */
  readonly home: string;
  readonly split: Split;
}

/** A real serving process, on a port of its own, whose fleet is in memory: what it serves is in its task. */
async function serve({ home, split }: ServingTask): Promise<void> {
  const objects = join(home, 'objects');
  const objectStore = createDirectoryStore({ root: objects });
  const fleet = createMemoryFleet();
  fleet.committed = [split];
  const ports = {
    fleet,
    apiKeys: null,
    operatorKeys: null,
    packages: createPackageReader({ objectStore, keyring: openKeyring(join(home, 'keys')) }),
    runner: createModelRunner(),
    objectStore,
    tables: createTableEngine(),
    log: createLogger({ process: 'serving', level: 'silent' }),
  };
  const predictionLog = { objectStore: pathToFileURL(objects).href };
  const serving = startServing(ports, { process: newProcessName(), logFolder: join(home, 'serving'), predictionLog });
  process.once('SIGTERM', () => void serving.drain().then(() => process.exit(0)));
  while (!serving.isReady()) await new Promise((next) => setTimeout(next, 5));
  process.send?.({ url: await serving.listen({ host: '127.0.0.1', port: 0 }) });
}

process.once('message', (task: ServingTask) => void serve(task));
