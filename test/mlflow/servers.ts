import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, freePortNumbers } from '@laurel/dev';
import type { PythonEnvironment } from '../support/python-environments.js';
import { startServerProcess } from '../support/server-process.js';

/** A server that clients of MLflow call. */
export interface TrackingServer {
  readonly url: string;
  /** For MLFLOW_TRACKING_TOKEN; empty where none is asked. */
  readonly token: string;
  stop(): Promise<void>;
}

const answers = async (url: string) => (await fetch(url).catch(() => null))?.ok ?? false;

/** The API as its own process over the database at `databaseUrl`; `folder` is its LAUREL_HOME. */
export async function startLaurel(
  folder: string,
  {
    databaseUrl,
    temporalAddress,
    prefix = [],
  }: { readonly databaseUrl: string; readonly temporalAddress?: string; readonly prefix?: readonly string[] },
): Promise<TrackingServer> {
  await mkdir(join(folder, 'objects'), { recursive: true });
  const [port = 0] = await freePortNumbers(1);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServerProcess({
    name: 'laurel api',
    command: [...prefix, process.execPath, join(checkout, 'apps', 'api', 'dist', 'main.js')],
    environment: {
      LAUREL_HOME: folder,
      LAUREL_DATABASE_URL: databaseUrl,
      LAUREL_OBJECT_STORE: `file://${join(folder, 'objects')}`,
      LAUREL_API_PORT: String(port),
      ...(temporalAddress === undefined ? {} : { LAUREL_TEMPORAL_ADDRESS: temporalAddress }),
      LAUREL_LOG_LEVEL: 'warn',
    },
    workingDirectory: folder,
    log: join(folder, 'api.log'),
    ready: () => answers(`${url}/health`),
  });
  return { url, token: (await readFile(join(folder, 'admin.key'), 'utf8')).trim(), stop: () => server.stop() };
}

/** A real `mlflow server`; `store` is a database URL as SQLAlchemy writes it. */
export async function startMlflow(
  folder: string,
  {
    environment,
    store,
    prefix = [],
  }: { readonly environment: PythonEnvironment; readonly store: string; readonly prefix?: readonly string[] },
): Promise<TrackingServer> {
  await mkdir(folder, { recursive: true });
  const [port = 0] = await freePortNumbers(1);
  const url = `http://127.0.0.1:${port}`;
  const options = ['--backend-store-uri', store, '--artifacts-destination', join(folder, 'artifacts')];
  const server = await startServerProcess({
    name: 'mlflow server',
    command: [
      ...prefix,
      join(environment.folder, 'bin', 'mlflow'),
      ...'server --host 127.0.0.1 --workers 1 --serve-artifacts --port'.split(' '),
      String(port),
      ...options,
    ],
    environment: {
      PATH: `${join(environment.folder, 'bin')}:${process.env['PATH']}`,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    workingDirectory: folder,
    log: join(folder, 'mlflow.log'),
    ready: () => answers(`${url}/health`),
    readyMilliseconds: 180_000,
  });
  return { url, token: '', stop: () => server.stop() };
}
