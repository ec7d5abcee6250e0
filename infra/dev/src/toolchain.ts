import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, LaurelError } from '@laurel/contracts';
import { inheritedEnvironment } from './processes/environment.js';
import { readJson } from './processes/json-file.js';

/** Root of the checkout that this code belongs to. */
export const checkout = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

/** Variables that name a tool, in the environment and in the record that set-up leaves. */
const variables = {
  temporal: 'LAUREL_TEMPORAL_BIN',
  python: environment.python,
  torchPython: 'LAUREL_TORCH_PYTHON',
  samplerPython: environment.samplerPython,
  versitygw: 'LAUREL_VERSITYGW_BIN',
  kubernetes: 'LAUREL_KUBERNETES_BIN',
} as const;

export type Tool = keyof typeof variables;

/** Programs that set-up found or built; null where there is none. */
export interface Toolchain {
  /** Temporal's command line tool. */
  readonly temporal: string | null;
  /** Interpreter with the trainer package. */
  readonly python: string | null;
  /** The same with PyTorch; only the programs that train on several ranks ask set-up for it. */
  readonly torchPython: string | null;
  /** Interpreter with the sampler of sweeps. */
  readonly samplerPython: string | null;
  /** The S3 server of the tests. */
  readonly versitygw: string | null;
  /** Folder with the control plane of Kubernetes for the tests: etcd, kube-apiserver and the others. */
  readonly kubernetes: string | null;
}

/** Looks each tool up: its variable, then the record of set-up, then (Temporal only) PATH. */
export function findToolchain(env: Readonly<Record<string, string | undefined>> = inheritedEnvironment()): Toolchain {
  const file = join(checkout, 'node_modules', '.cache', 'laurel', 'toolchain.json');
  const record = (readJson(file) as Readonly<Record<string, string>> | undefined) ?? {};
  const find = (tool: Tool) =>
    [env[variables[tool]], record[variables[tool]]].find((path) => path !== undefined && existsSync(path)) ?? null;
  return {
    temporal: find('temporal') ?? onPath('temporal', env['PATH'] ?? ''),
    python: find('python'),
    torchPython: find('torchPython'),
    samplerPython: find('samplerPython'),
    versitygw: find('versitygw'),
    kubernetes: find('kubernetes'),
  };
}

/** Error: `DependencyUnavailable` that says how to get Temporal. */
export function demandTemporal({ temporal }: Toolchain): string {
  if (temporal !== null) return temporal;
  const message = `Temporal's command line tool is missing; run npm run setup in ${checkout}, which finds or builds it.`;
  throw new LaurelError('DependencyUnavailable', message);
}

/** Error: `DependencyUnavailable` that says how to get a control plane. */
export function demandKubernetes({ kubernetes }: Pick<Toolchain, 'kubernetes'>): string {
  if (kubernetes !== null) return kubernetes;
  const message = `There is no control plane of Kubernetes to test on; install Go 1.21 or newer and run npm test in ${checkout}, which builds one.`;
  throw new LaurelError('DependencyUnavailable', message);
}

function onPath(name: string, path: string): string | null {
  const places = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
  return places.find((place) => existsSync(place)) ?? null;
}
