import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment, LaurelError } from '@laurel/contracts';
import { accepts, answers } from '../ports/probe.js';
import { postgresChild, postgresUrl } from '../postgres/postgres-child.js';
import { inheritedEnvironment } from '../processes/environment.js';
import type { ChildSpec } from '../supervisor/child-spec.js';
import { temporalChild } from '../temporal/temporal-child.js';
import { checkout } from '../toolchain.js';
import { homeFiles } from './home.js';
import type { StackPorts, StackUrls } from './shapes.js';

const loopback = '127.0.0.1';
const database = 'laurel';
const workerRoles = 'control,compute,train,watcher,reconciler,courier';

/** Index of the group with the workers: once it has stopped, nobody starts training. */
export const workerGroup = 2;

export interface StackPlanInput {
  readonly home: string;
  readonly ports: StackPorts;
  readonly password: string;
  readonly dataDir: string;
  readonly durable: boolean;
  readonly temporal: string;
  readonly python: string | null;
  readonly samplerPython: string | null;
  readonly workerProcesses: number;
  readonly servingProcesses: number;
  /** Wins over everything that is set here. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface StackPlan {
  readonly urls: StackUrls;
  /** What API, workers and serving are told. */
  readonly variables: Readonly<Record<string, string>>;
  /** Children in the order of their start. */
  readonly groups: readonly (readonly ChildSpec[])[];
}

/** Lays out a whole stack. Errors: `DependencyUnavailable` when Postgres is missing or the applications are not compiled. */
export async function planStack(input: StackPlanInput): Promise<StackPlan> {
  const { home, ports } = input;
  const urls = urlsOf(ports);
  const variables = { ...variablesOf(input, urls), ...input.environment };
  const app = applicationsOf(home, variables);
  const postgres = await postgresChild({ ...input, port: ports.postgres, database });
  const temporal = temporalChild({
    binary: input.temporal,
    dbFile: homeFiles(home).temporal,
    port: ports.temporal,
    uiPort: ports.temporalUi,
  });
  const api = app('api', 'api', { url: urls.api, alive: () => answers(`${urls.api}/healthz`) });
  const workers = names('worker', input.workerProcesses).map((name) => app(name, 'worker', {}));
  const serving = names('serving', input.servingProcesses).map((name) =>
    app(name, 'serving', { url: urls.serving, alive: () => accepts(ports.servingGrpc) }),
  );
  return { urls, variables, groups: [[postgres, temporal], [api], [...workers, ...serving]] };
}

function urlsOf(ports: StackPorts): StackUrls {
  const api = `http://${loopback}:${ports.api}`;
  return {
    api,
    docs: `${api}/docs`,
    serving: `http://${loopback}:${ports.serving}`,
    servingGrpc: `${loopback}:${ports.servingGrpc}`,
    temporalUi: `http://${loopback}:${ports.temporalUi}`,
  };
}

function variablesOf(
  { home, ports, password, python, samplerPython }: StackPlanInput,
  urls: StackUrls,
): Readonly<Record<string, string>> {
  return {
    [environment.home]: home,
    [environment.databaseUrl]: postgresUrl({ password, port: ports.postgres, database }),
    [environment.objectStore]: pathToFileURL(homeFiles(home).objects).href,
    [environment.temporalAddress]: `${loopback}:${ports.temporal}`,
    [environment.temporalNamespace]: 'default',
    [environment.temporalUiUrl]: urls.temporalUi,
    [environment.apiHost]: loopback,
    [environment.apiPort]: String(ports.api),
    [environment.apiUrl]: urls.api,
    [environment.servingHost]: loopback,
    [environment.servingPort]: String(ports.serving),
    [environment.servingGrpcPort]: String(ports.servingGrpc),
    [environment.servingUrl]: urls.serving,
    [environment.workerRoles]: workerRoles,
    ...(python === null ? {} : { [environment.python]: python }),
    ...(samplerPython === null ? {} : { [environment.samplerPython]: samplerPython }),
  };
}

type Extras = Pick<ChildSpec, 'url' | 'alive'>;

function applicationsOf(home: string, variables: Readonly<Record<string, string>>) {
  return (name: string, app: 'api' | 'worker' | 'serving', extras: Extras): ChildSpec => {
    const main = join(checkout, 'apps', app, 'dist', 'main.js');
    if (!existsSync(main)) {
      throw new LaurelError('DependencyUnavailable', `${main} is not there; run npm run build in ${checkout}.`);
    }
    return {
      name,
      command: [process.execPath, '--enable-source-maps', main],
      environment: { ...inheritedEnvironment(), ...variables },
      workingDirectory: home,
      readiness: { kind: 'message' },
      readyMilliseconds: 120_000,
      stopSignal: 'SIGTERM',
      graceMilliseconds: 12_000,
      ...extras,
    };
  };
}

function names(kind: string, count: number): readonly string[] {
  return count === 1 ? [kind] : Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}
