import { join } from 'node:path';
import { defaultPorts, environment, LaurelError } from '@laurel/contracts';

/** Everything a serving process is told, parsed once. */
export interface ServingConfig {
  readonly databaseUrl: string;
  readonly objectStore: string;
  /** Public keys that packages are verified with. */
  readonly keysFolder: string;
  /** Where this and other serving processes of the machine keep their prediction logs. */
  readonly logFolder: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the environment; reports all problems together. Errors: `InvalidInput`. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ServingConfig {
  const problems: string[] = [];
  const need = (name: string, form: string): string => {
    const value = env[name];
    if (value) return value;
    problems.push(`${name} is not set (${form})`);
    return '';
  };
  const home = need(environment.home, 'a folder');
  const config: ServingConfig = {
    databaseUrl: need(environment.databaseUrl, 'postgres://user:password@host:port/database'),
    objectStore: need(environment.objectStore, 'file:///folder or s3://bucket/prefix'),
    keysFolder: join(home, 'keys'),
    logFolder: join(home, 'serving'),
    host: env[environment.servingHost] || '127.0.0.1',
    port: Number(env[environment.servingPort] || defaultPorts.serving),
    logLevel: env[environment.logLevel] || 'info',
  };
  if (!(Number.isInteger(config.port) && config.port >= 0 && config.port <= 65_535)) {
    problems.push(`${environment.servingPort} is "${env[environment.servingPort]}" (a port, 0 to 65535)`);
  }
  if (!levels.includes(config.logLevel)) {
    problems.push(`${environment.logLevel} is "${config.logLevel}" (any of ${levels.join(', ')})`);
  }
  if (problems.length > 0) throw new LaurelError('InvalidInput', `serving cannot start: ${problems.join('; ')}.`);
  return config;
}
