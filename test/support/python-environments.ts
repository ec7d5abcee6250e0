import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { quietly } from './quietly.js';

/** A Python environment with exactly what its requirements pin. */
export interface PythonEnvironment {
  readonly folder: string;
  readonly python: string;
  /** Pinned version of each of its packages. */
  readonly versions: { readonly [name: string]: string };
}

interface Wanted {
  /** Path of the requirements file, in which everything is pinned. */
  readonly requirements: string;
  /** Whose Python it is based on; `null` where there is none. */
  readonly python: string | null;
  readonly say: (line: string) => void;
}

/** Laurel's cache, which set-up uses too. */
export const laurelCache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'laurel');

/** Finds or makes the environment of a requirements file in Laurel's cache. Error: why there is none. */
export async function openPythonEnvironment({ requirements: file, python, say }: Wanted): Promise<PythonEnvironment> {
  const name = basename(file, '.txt');
  const requirements = await readFile(file, 'utf8');
  const key = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const folder = join(laurelCache, 'python', `${name}-${key}`);
  const stamp = join(folder, '.laurel-ready');
  const environment = { folder, python: join(folder, 'bin', 'python'), versions: pinsIn(requirements) };
  if (existsSync(stamp) && existsSync(environment.python)) return environment;
  const uv = findUv();
  if (uv === null || python === null) throw new Error('Python or uv is missing; npm run setup brings both');
  say(`installing ${name} (once)`);
  await rm(folder, { recursive: true, force: true });
  await quietly(uv, ['venv', '--quiet', '--python', python, folder], { VIRTUAL_ENV: '' });
  await quietly(uv, ['pip', 'install', '--quiet', '--python', environment.python, '-r', file], { VIRTUAL_ENV: '' });
  await writeFile(`${stamp}.${process.pid}`, '');
  await rename(`${stamp}.${process.pid}`, stamp);
  return environment;
}

/** uv on PATH, or the one that set-up installed. */
function findUv(): string | null {
  const onPath = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'uv'));
  const installed = join(laurelCache, 'uv');
  const versions = existsSync(installed) ? readdirSync(installed) : [];
  const places = [...onPath, ...versions.map((version) => join(installed, version, 'bin', 'uv'))];
  return places.find((place) => existsSync(place)) ?? null;
}

function pinsIn(requirements: string): PythonEnvironment['versions'] {
  const pins = requirements.matchAll(/^([\w.-]+)(?:\[[^\]]*\])?==(\S+)/gm);
  return Object.fromEntries(Array.from(pins, ([, name = '', version = '']) => [name, version]));
}
