import { join, resolve } from 'node:path';
import { freePortNumbers } from '@laurel/dev';
import { startServerProcess } from '../../support/server-process.js';
import type { Candidate, Ground, RunningCandidate } from './candidate.js';
import { cores } from './cores.js';
import { accepts } from './listening.js';

const main = resolve('apps/serving/dist/standalone/main.js');

async function start({ fixtures, folder, pinning }: Ground): Promise<RunningCandidate> {
  const [port = 0, grpcPort = 0] = await freePortNumbers(2);
  const [http, grpc] = [port, grpcPort].map((own) => ({ host: '127.0.0.1', port: own }));
  if (http === undefined || grpc === undefined) throw new Error('there are no free ports');
  const models = Object.keys(fixtures.models).flatMap((name) => [
    '--model',
    `${name}=${join(fixtures.folder, `${name}.onnx`)}`,
  ]);
  const ports = ['--port', String(port), '--grpc-port', String(grpcPort)];
  const server = await startServerProcess({
    name: 'laurel-off',
    command: [...pinning(cores.server), process.execPath, main, ...models, ...ports],
    log: join(folder, 'laurel-off.log'),
    ready: () => accepts(http),
  });
  return { ...server, http, grpc, versions: {} };
}

/** The same data plane and protocols without a fleet: no rollout, no sticky key, no prediction log, no records, no shadow. */
export const laurelOff: Candidate = {
  name: 'laurel-off',
  kind: 'laurel',
  title: 'laurel serve: the data plane alone',
  takes: () => true,
  start,
};
