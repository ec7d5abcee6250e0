import { environment, LaurelError } from '@laurel/contracts';
import { type TracingSettings, tracingSettings } from '@laurel/telemetry';

const roles = ['control', 'compute', 'train', 'watcher', 'reconciler'] as const;
type Role = (typeof roles)[number];

/** Everything a worker process is told, parsed once. */
export interface WorkerConfig {
  readonly home: string;
  readonly databaseUrl: string;
  readonly objectStore: string;
  readonly temporal: { readonly address?: string; readonly namespace?: string };
  readonly python: string | null;
  readonly roles: readonly Role[];
  readonly timeScale: number;
  readonly logLevel: string;
  /** Names of activity boundaries at which a chaos test kills this process; empty outside of tests. */
  readonly failpoints: string;
  /** `null` writes no traces. */
  readonly tracing: TracingSettings | null;
}

const failpointsVariable = 'LAUREL_FAILPOINTS';

/** Reads the environment; reports all problems together. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const problems: string[] = [];
  const need = (name: string, form: string): string => {
    const value = env[name];
    if (value) return value;
    problems.push(`${name} is not set (${form})`);
    return '';
  };
  const address = env[environment.temporalAddress];
  const namespace = env[environment.temporalNamespace];
  const timeScale = Number(env[environment.timeScale] ?? '1');
  if (!(timeScale > 0))
    problems.push(`${environment.timeScale} is "${String(env[environment.timeScale])}" (a number above 0)`);
  const config: WorkerConfig = {
    home: need(environment.home, 'a folder'),
    databaseUrl: need(environment.databaseUrl, 'postgres://user:password@host:port/database'),
    objectStore: need(environment.objectStore, 'file:///folder or s3://bucket/prefix'),
    temporal: { ...(address ? { address } : {}), ...(namespace ? { namespace } : {}) },
    python: env[environment.python] ?? null,
    roles: parseRoles(env[environment.workerRoles], problems),
    timeScale,
    logLevel: env[environment.logLevel] ?? 'info',
    failpoints: env[failpointsVariable] ?? '',
    tracing: tracingSettings(env, problems),
  };
  if (problems.length > 0) throw new LaurelError('InvalidInput', `the worker cannot start: ${problems.join('; ')}.`);
  return config;
}

function parseRoles(text: string | undefined, problems: string[]): readonly Role[] {
  if (text === undefined || text === '') return roles;
  const named = text.split(',').map((role) => role.trim());
  for (const role of named) {
    if (!(roles as readonly string[]).includes(role))
      problems.push(`${environment.workerRoles} has "${role}" (any of ${roles.join(', ')})`);
  }
  return roles.filter((role) => named.includes(role));
}
