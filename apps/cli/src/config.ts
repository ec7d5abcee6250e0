import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defaultPorts, environment } from '@laurel/contracts';
import { portsFrom, type StackPorts } from '@laurel/dev';

/** What the command takes from its environment, and from the files that `laurel up` leaves under LAUREL_HOME. */
export interface CliConfig {
  readonly home: string;
  readonly apiUrl: string;
  readonly apiKey: string | null;
  readonly servingUrl: string;
  /** Object store that the environment names for `laurel up`; `null` for a folder under `home`. */
  readonly objectStore: string | null;
  /** Ports that the environment names for `laurel up`. */
  readonly ports: Partial<StackPorts>;
}

type Variables = { readonly [name: string]: string | undefined };

/** Variables win over what the running installation says of itself; that wins over the default ports. */
export function readConfig(env: Variables, options: { readonly cwd: string; readonly home?: string }): CliConfig {
  const home = homeOf(env, options);
  const running = runningUrls(home);
  return {
    home,
    apiUrl: trimmed(env[environment.apiUrl] ?? running.api ?? `http://127.0.0.1:${defaultPorts.api}`),
    apiKey: env[environment.apiKey] ?? readText(join(home, 'admin.key')) ?? null,
    servingUrl: trimmed(env[environment.servingUrl] ?? running.serving ?? `http://127.0.0.1:${defaultPorts.serving}`),
    objectStore: env[environment.objectStore] || null,
    ports: portsFrom(env),
  };
}

/** `--home`, else LAUREL_HOME, else `.laurel` of the nearest folder upwards that has one, else `./.laurel`. */
export function homeOf(env: Variables, options: { readonly cwd: string; readonly home?: string }): string {
  const named = options.home ?? env[environment.home];
  if (named !== undefined && named !== '') return resolve(options.cwd, named);
  for (let folder = resolve(options.cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.laurel'))) return join(folder, '.laurel');
    if (dirname(folder) === folder) return join(resolve(options.cwd), '.laurel');
  }
}

function runningUrls(home: string): { readonly api?: string; readonly serving?: string } {
  const text = readText(join(home, 'run', 'status.json'));
  if (text === undefined) return {};
  try {
    const { urls } = JSON.parse(text) as { readonly urls?: { readonly api?: string; readonly serving?: string } };
    return urls ?? {};
  } catch {
    return {};
  }
}

function readText(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}
