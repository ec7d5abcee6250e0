import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, findToolchain, freePortNumbers, startServer, temporalChild } from '@laurel/dev';
import { startServerProcess } from '../support/server-process.js';

/** What works behind the API: Temporal, and a worker that judges what clients register. */
export interface Gates extends AsyncDisposable {
  readonly temporalAddress: string;
}

/** Starts both over the installation in `home`. */
export async function startGates(home: string, { databaseUrl }: { readonly databaseUrl: string }): Promise<Gates> {
  await mkdir(join(home, 'objects'), { recursive: true });
  const { temporal, python } = findToolchain();
  if (temporal === null) throw new Error('Temporal is missing; run npm run setup');
  const [port = 0] = await freePortNumbers(1);
  const child = temporalChild({ binary: temporal, dbFile: null, port, uiPort: null });
  const server = await startServer(child, join(home, 'temporal.log'));
  const temporalAddress = `127.0.0.1:${port}`;
  const log = join(home, 'worker.log');
  const worker = await startServerProcess({
    name: 'laurel worker',
    command: [process.execPath, join(checkout, 'apps', 'worker', 'dist', 'main.js')],
    environment: {
      LAUREL_HOME: home,
      LAUREL_DATABASE_URL: databaseUrl,
      LAUREL_OBJECT_STORE: `file://${join(home, 'objects')}`,
      LAUREL_TEMPORAL_ADDRESS: temporalAddress,
      LAUREL_PYTHON: python ?? '',
    },
    workingDirectory: home,
    log,
    ready: () => says(log, 'worker ready'),
  });
  return {
    temporalAddress,
    [Symbol.asyncDispose]: async () => {
      await worker.stop();
      await server.stop();
    },
  };
}

const says = async (file: string, text: string) => (await readFile(file, 'utf8').catch(() => '')).includes(text);
