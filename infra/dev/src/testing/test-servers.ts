import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePortNumbers } from '../ports/stack-ports.js';
import { postgresChild, postgresUrl } from '../postgres/postgres-child.js';
import { signalProcess } from '../processes/identity.js';
import { writeJson } from '../processes/json-file.js';
import type { ChildSpec } from '../supervisor/child-spec.js';
import { childrenFile, leftoversOf } from '../supervisor/leftovers.js';
import { type RunningServer, startServer } from '../supervisor/start-server.js';
import { temporalChild } from '../temporal/temporal-child.js';
import { demandTemporal, findToolchain } from '../toolchain.js';
import { clearAbandonedServers, clusterFolder, makeServersFolder } from './abandoned-servers.js';
import { stopSharedCluster } from './shared-cluster.js';
import { versitygwChild } from './versitygw-child.js';

/** Real, disposable servers that one test run shares. */
export interface TestServers {
  /** URL of an empty database `laurel_template` of a superuser, in a cluster that forgets: nothing waits for the disk. */
  readonly postgresUrl: string;
  readonly temporalAddress: string;
  /** None where set-up could not build an S3 server. */
  readonly s3: { readonly endpoint: string; readonly accessKey: string; readonly secretKey: string } | null;
  /** Folder for the control plane of Kubernetes that the first test which needs one starts (`sharedCluster`). */
  readonly clusterFolder: string;
  /** Stops the servers, and the control plane when there is one. */
  stop(): Promise<void>;
  /** For the last moment of a process: signals and leaves. */
  abandon(): void;
}

/** Starts Postgres, Temporal and an S3 server in a temporary folder. Errors: `DependencyUnavailable`. */
export async function startTestServers(): Promise<TestServers> {
  await clearAbandonedServers();
  const folder = await makeServersFolder();
  const toolchain = findToolchain();
  const [postgresPort = 0, temporalPort = 0, s3Port = 0] = await freePortNumbers(3);
  const keys = { accessKey: 'laurel-test', secretKey: randomBytes(12).toString('hex') };
  const database = { password: randomBytes(12).toString('hex'), port: postgresPort, database: 'laurel_template' };
  const specs = [
    await postgresChild({ ...database, dataDir: join(folder, 'postgres', 'data'), durable: false }),
    temporalChild({ binary: demandTemporal(toolchain), dbFile: null, port: temporalPort, uiPort: null }),
    ...(toolchain.versitygw === null
      ? []
      : [versitygwChild({ binary: toolchain.versitygw, folder, port: s3Port, ...keys })]),
  ];
  const servers = await startAll(specs, folder);
  return {
    postgresUrl: postgresUrl(database),
    temporalAddress: `127.0.0.1:${temporalPort}`,
    s3: toolchain.versitygw === null ? null : { endpoint: `http://127.0.0.1:${s3Port}`, ...keys },
    clusterFolder: clusterFolder(folder),
    stop: async () => {
      await Promise.all([...servers.map((server) => server.stop()), stopSharedCluster(clusterFolder(folder))]);
      rmSync(folder, { recursive: true, force: true });
    },
    abandon: () => {
      servers.forEach(({ identity }) => signalProcess(identity, 'SIGINT'));
      leftoversOf(clusterFolder(folder)).forEach((child) => signalProcess(child, 'SIGKILL'));
    },
  };
}

/** Starts all at once; when one does not start, the others are stopped. */
async function startAll(specs: readonly ChildSpec[], folder: string): Promise<readonly RunningServer[]> {
  const started: RunningServer[] = [];
  const record = () =>
    writeJson(
      childrenFile(folder),
      started.map(({ identity }, index) => ({ name: `server-${index}`, ...identity })),
    );
  mkdirSync(join(folder, 'run'), { recursive: true });
  const results = await Promise.allSettled(
    specs.map(async (spec) => {
      started.push(await startServer(spec, join(folder, `${spec.name}.log`)));
      record();
    }),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure === undefined) return started;
  await Promise.all(started.map((server) => server.stop()));
  throw failure.reason;
}
