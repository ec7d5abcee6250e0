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
  versitygw: 'LAUREL_VERSITYGW_BIN',
} as const;

export type Tool = keyof typeof variables;

/** Programs that set-up found or built; null where there is none. */
export interface Toolchain {
  /** Temporal's command line tool. */
  readonly temporal: string | null;
  /** Interpreter with the trainer package. */
  readonly python: string | null;
  /** The S3 server of the tests. */
  readonly versitygw: string | null;
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
    versitygw: find('versitygw'),
  };
}

/** Error: `DependencyUnavailable` that says how to get Temporal. */
export function demandTemporal({ temporal }: Toolchain): string {
  if (temporal !== null) return temporal;
  const message = `Temporal's command line tool is missing; run npm run setup in ${checkout}, which finds or builds it.`;
  throw new LaurelError('DependencyUnavailable', message);
}

function onPath(name: string, path: string): string | null {
  const places = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
  return places.find((place) => existsSync(place)) ?? null;
}
