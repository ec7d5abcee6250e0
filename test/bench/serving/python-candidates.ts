import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePortNumbers } from '@laurel/dev';
import { openPythonEnvironment, type PythonEnvironment } from '../../support/python-environments.js';
import { startServerProcess } from '../../support/server-process.js';
import type { Candidate, Ground, RunningCandidate } from './candidate.js';
import { cores } from './cores.js';
import { accepts } from './listening.js';
import { benchFolder } from './places.js';
import type { Scenario } from './scenarios.js';

interface Ports {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
}

/** A server of somebody else's around onnxruntime. */
interface PythonServer {
  readonly name: string;
  readonly title: string;
  readonly takes: (scenario: Scenario) => boolean;
  /** Packages whose versions are told. */
  readonly packages: readonly string[];
  /** Requirements file, without its ending; the server's name by default. */
  readonly environment?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly speaks: readonly ('http' | 'grpc')[];
  /** What to start, in a working directory of its own. */
  command(environment: PythonEnvironment, ports: Ports, folder: string): Promise<readonly string[]> | readonly string[];
}

const sources = join(benchFolder, 'python');
const words = (text: string) => text.split(' ');
const overHttp = ({ encoding, about }: Scenario) => encoding === 'json' && about === 'rate';
const overGrpc = ({ encoding }: Scenario) => encoding === 'grpc';

/** Requests of several callers may share a run of the model, up to `batch` of them. */
function mosec({ name, title, batch }: { readonly name: string; readonly title: string; readonly batch: number }) {
  const server: PythonServer = {
    name,
    title,
    environment: 'mosec',
    takes: overHttp,
    packages: ['mosec', 'orjson', 'onnxruntime'],
    speaks: ['http'],
    variables: { BENCH_MAX_BATCH: String(batch) },
    command: ({ python }, { http }, folder) => [
      python,
      join(sources, 'mosec_server.py'),
      ...words(`--address 127.0.0.1 --port ${http} --log-level error --path`),
      join(folder, 'sockets'),
    ],
  };
  return server;
}

const servers: readonly PythonServer[] = [
  {
    name: 'fastapi',
    title: 'FastAPI + orjson on uvicorn (uvloop, httptools)',
    takes: overHttp,
    packages: ['fastapi', 'uvicorn', 'orjson', 'onnxruntime'],
    speaks: ['http'],
    command: ({ python }, { http }) => [
      python,
      ...words('-m uvicorn fastapi_server:app --host 127.0.0.1 --workers 1 --loop uvloop --http httptools'),
      ...words(`--no-access-log --log-level warning --port ${http} --app-dir`),
      sources,
    ],
  },
  mosec({ name: 'mosec', title: 'mosec + orjson, waiting requests share runs', batch: 32 }),
  mosec({ name: 'mosec-unbatched', title: 'mosec + orjson, each request by itself', batch: 1 }),
  {
    name: 'mlserver',
    title: 'MLServer with a runtime over onnxruntime',
    takes: (scenario) => overHttp(scenario) || overGrpc(scenario),
    packages: ['mlserver', 'onnxruntime'],
    speaks: ['http', 'grpc'],
    command: async ({ folder: environment }, ports, folder) => {
      await writeMlserverSettings(folder, ports);
      return [join(environment, 'bin', 'mlserver'), 'start', folder];
    },
  },
  {
    name: 'kserve',
    title: 'KServe’s Python server',
    takes: overGrpc,
    packages: ['kserve', 'onnxruntime'],
    speaks: ['grpc'],
    command: ({ python }, { http, grpc }) => [
      python,
      join(sources, 'kserve_server.py'),
      ...words(`--http_port ${http} --grpc_port ${grpc} --workers 1 --enable_latency_logging false`),
    ],
  },
];

/** One process without parallel workers: on one core they would only hand requests to each other. */
async function writeMlserverSettings(folder: string, { http, grpc, metrics }: Ports): Promise<void> {
  const settings = {
    host: '127.0.0.1',
    http_port: http,
    grpc_port: grpc,
    metrics_port: metrics,
    parallel_workers: 0,
    debug: false,
  };
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
  for (const name of ['churn', 'mlp']) {
    await mkdir(join(folder, name), { recursive: true });
    const model = { name, implementation: 'mlserver_runtime.OnnxRuntime' };
    await writeFile(join(folder, name, 'model-settings.json'), JSON.stringify(model));
  }
}

async function startPython(server: PythonServer, ground: Ground): Promise<RunningCandidate> {
  const { name } = server;
  const requirements = join(sources, 'requirements', `${server.environment ?? name}.txt`);
  const environment = await openPythonEnvironment({ ...ground, requirements });
  const folder = join(ground.folder, name);
  await mkdir(folder, { recursive: true });
  const [http = 0, grpc = 0, metrics = 0] = await freePortNumbers(3);
  const command = await server.command(environment, { http, grpc, metrics }, folder);
  const targets = { http: { host: '127.0.0.1', port: http }, grpc: { host: '127.0.0.1', port: grpc } };
  const spoken = server.speaks.map((protocol) => targets[protocol]);
  const running = await startServerProcess({
    name,
    command: [...ground.pinning(cores.server), ...command],
    environment: {
      PATH: `${join(environment.folder, 'bin')}:${process.env['PATH']}`,
      BENCH_MODELS: ground.fixtures.folder,
      PYTHONPATH: sources,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONWARNINGS: 'ignore',
      KSERVE_LOGLEVEL: 'WARNING',
      ...server.variables,
    },
    workingDirectory: folder,
    log: join(ground.folder, `${name}.log`),
    ready: async () => (await Promise.all(spoken.map(accepts))).every(Boolean),
  });
  const versions = server.packages.map((name) => [name, environment.versions[name] ?? 'unknown'] as const);
  return {
    ...running,
    http: server.speaks.includes('http') ? targets.http : null,
    grpc: server.speaks.includes('grpc') ? targets.grpc : null,
    versions: Object.fromEntries(versions),
  };
}

export const pythonCandidates: readonly Candidate[] = servers.map((server) => ({
  ...server,
  kind: 'python' as const,
  start: (ground) => startPython(server, ground),
}));
