import { environment, LaurelError } from '@laurel/contracts';
import type { Prices } from '@laurel/domain';
import { secretValues } from '@laurel/local';
import { type TracingSettings, tracingSettings } from '@laurel/telemetry';
import { parsePrices } from './prices.js';
import { parseRetention, type RetentionTimes } from './retention/retention-times.js';
import { parseSources, type SourceSettings } from './sources.js';

const roles = ['control', 'compute', 'train', 'watcher', 'reconciler', 'courier'] as const;
type Role = (typeof roles)[number];

/** Where trainers run. */
type LauncherConfig = { readonly kind: 'local' } | { readonly kind: 'kubernetes'; readonly settingsFile: string };

/** Everything a worker process is told, parsed once. */
export interface WorkerConfig {
  readonly home: string;
  readonly databaseUrl: string;
  readonly objectStore: string;
  readonly temporal: { readonly address?: string; readonly namespace?: string };
  readonly python: string | null;
  /** Interpreter of the sampler, which sweeps ask. */
  readonly samplerPython: string | null;
  readonly launcher: LauncherConfig;
  /** Of the cluster whose routers projects name; `null` for what a Kubernetes client finds by itself. */
  readonly routerKubeconfig: string | null;
  /** Where trainers log with MLflow; `null` when nobody said. */
  readonly apiUrl: string | null;
  readonly roles: readonly Role[];
  /** What capacity costs; `null` when nobody said. */
  readonly prices: Prices | null;
  readonly sources: SourceSettings;
  /** Values of this process's environment that no trainer's log may show. */
  readonly secretValues: readonly string[];
  readonly retention: RetentionTimes;
  /** Networks beside the public ones that webhooks may lead to. */
  readonly webhookNetworks: readonly string[];
  readonly timeScale: number;
  readonly logLevel: string;
  /** Where a chaos test kills this process: at an activity boundary or a call of a port; empty outside of tests. */
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
    samplerPython: env[environment.samplerPython] ?? null,
    launcher: parseLauncher(env, problems),
    routerKubeconfig: env[environment.routerKubeconfig] || null,
    apiUrl: env[environment.apiUrl] || null,
    roles: parseRoles(env[environment.workerRoles], problems),
    prices: parsePrices(env[environment.prices], problems),
    sources: parseSources(env, problems),
    secretValues: secretValues(env),
    retention: parseRetention(env, problems),
    webhookNetworks: (env[environment.webhookNetworks] ?? '').split(',').flatMap((network) => network.trim() || []),
    timeScale,
    logLevel: env[environment.logLevel] ?? 'info',
    failpoints: env[failpointsVariable] ?? '',
    tracing: tracingSettings(env, problems),
  };
  if (problems.length > 0) throw new LaurelError('InvalidInput', `the worker cannot start: ${problems.join('; ')}.`);
  return config;
}

function parseLauncher(env: Readonly<Record<string, string | undefined>>, problems: string[]): LauncherConfig {
  const kind = env[environment.launcher] || 'local';
  if (kind === 'local') return { kind };
  if (kind !== 'kubernetes') problems.push(`${environment.launcher} is "${kind}" (local or kubernetes)`);
  const settingsFile = env[environment.kubernetesSettings] ?? '';
  if (settingsFile === '') problems.push(`${environment.kubernetesSettings} is not set (a YAML file)`);
  return { kind: 'kubernetes', settingsFile };
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
