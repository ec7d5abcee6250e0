import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePortNumbers } from '@laurel/dev';
import type { PythonEnvironment } from '../support/python-environments.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { models } from './models.js';

/** Where a server answers: `http://host:port`, and `host:port` for gRPC. */
export interface Address {
  readonly http: string;
  readonly grpc: string | null;
}

/** A server that is up. */
export interface RunningServer extends Pick<ServerProcess, 'stop'> {
  readonly address: Address;
  /** `host:port` of gRPC whose streams are MLServer's; absent where they are Triton's. */
  readonly mlserverStreams?: string;
}

/** Where a process of a fleet has its packages, and the digest of the one whose predictions can be explained. */
export interface FleetFacts {
  readonly objects: string;
  readonly explained: string;
}

const standaloneMain = resolve('apps/serving/dist/standalone/main.js');
const fleetMain = fileURLToPath(new URL('fleet-process.js', import.meta.url));
const pythonSources = resolve('test/clients/python');
const node = [process.execPath, '--enable-source-maps'];

/** Writes the models as files, which `folder` then holds. */
export async function writeModels(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, onnx } of models) await writeFile(fileOf(folder, name), onnx);
}

function fileOf(folder: string, name: string): string {
  return join(folder, `${name}.onnx`);
}

async function answersAt(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { headers: { connection: 'close' } })).ok;
  } catch {
    return false;
  }
}

/** Laurel on its own: model files, no database. */
export async function startStandalone(folder: string): Promise<RunningServer> {
  const [port = 0, grpcPort = 0] = await freePortNumbers(2);
  const http = `http://127.0.0.1:${port}`;
  const named = models.flatMap(({ name }) => ['--model', `${name}=${fileOf(join(folder, 'models'), name)}`]);
  const running = await startServerProcess({
    name: 'standalone',
    command: [...node, standaloneMain, ...portsOf(port, grpcPort), '--grpc-stream', 'mlserver', ...named],
    log: join(folder, 'standalone.log'),
    ready: () => answersAt(`${http}/v2/health/ready`),
  });
  return { ...running, address: { http, grpc: null }, mlserverStreams: `127.0.0.1:${grpcPort}` };
}

function portsOf(port: number, grpcPort: number): readonly string[] {
  return ['--port', String(port), '--grpc-port', String(grpcPort)];
}

/** Laurel as a process of a fleet: packages with signatures, splits, roles. */
export async function startFleet(folder: string): Promise<RunningServer & FleetFacts> {
  const log = join(folder, 'fleet.log');
  const said = async () => /^\{"http".*\}$/m.exec(await readFile(log, 'utf8'))?.[0];
  const ready = async () => (await said()) !== undefined;
  const running = await startServerProcess({ name: 'fleet', command: [...node, fleetMain], log, ready });
  const { http, grpc, objects, explained } = JSON.parse((await said()) ?? '{}') as Address & FleetFacts;
  return { ...running, address: { http, grpc }, objects, explained };
}

/** MLServer with the same files, run by onnxruntime. */
export async function startMlserver(folder: string, environment: PythonEnvironment): Promise<RunningServer> {
  const [httpPort = 0, grpcPort = 0, metricsPort = 0] = await freePortNumbers(3);
  const home = join(folder, 'mlserver');
  await writeMlserverSettings(home, {
    files: join(folder, 'models'),
    ports: { http_port: httpPort, grpc_port: grpcPort, metrics_port: metricsPort },
  });
  const http = `http://127.0.0.1:${httpPort}`;
  const running = await startServerProcess({
    name: 'mlserver',
    command: [join(environment.folder, 'bin', 'mlserver'), 'start', home],
    environment: {
      PATH: `${join(environment.folder, 'bin')}:${process.env['PATH']}`,
      PYTHONPATH: pythonSources,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
    },
    workingDirectory: home,
    log: join(folder, 'mlserver.log'),
    ready: () => answersAt(`${http}/v2/health/ready`),
  });
  return { ...running, address: { http, grpc: `127.0.0.1:${grpcPort}` } };
}

async function writeMlserverSettings(
  home: string,
  { files, ports }: { readonly files: string; readonly ports: Readonly<Record<string, number>> },
): Promise<void> {
  await mkdir(home, { recursive: true });
  const settings = { host: '127.0.0.1', parallel_workers: 0, debug: false, ...ports };
  await writeFile(join(home, 'settings.json'), JSON.stringify(settings));
  for (const { name } of models) {
    await mkdir(join(home, name), { recursive: true });
    const model = {
      name,
      implementation: 'mlserver_runtime.OnnxRuntime',
      parameters: { uri: fileOf(files, name), version: '2' },
    };
    await writeFile(join(home, name, 'model-settings.json'), JSON.stringify(model));
  }
}
