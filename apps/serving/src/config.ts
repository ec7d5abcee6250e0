import { join } from 'node:path';
import { defaultPorts, environment, LaurelError } from '@laurel/contracts';
import { parseDuration } from '@laurel/domain';
import { type TracingSettings, tracingSettings } from '@laurel/telemetry';
import { type StreamDialect, streamDialects } from './grpc/stream-infer.js';
import { defaultLogSettings, type PredictionLogSettings } from './log/prediction-log.js';

/** Everything a serving process is told, parsed once. */
export interface ServingConfig {
  readonly databaseUrl: string;
  readonly objectStore: string;
  /** Public keys that packages are verified with. */
  readonly keysFolder: string;
  /** Where this and other serving processes of the machine keep their prediction logs. */
  readonly logFolder: string;
  readonly predictionLog: Omit<PredictionLogSettings, 'objectStore'>;
  readonly host: string;
  readonly port: number;
  readonly grpcPort: number;
  /** Of gRPC streams whose callers name none. */
  readonly streamDialect: StreamDialect;
  /** `null` writes no traces. */
  readonly tracing: TracingSettings | null;
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
    predictionLog: predictionLogOf(env, problems),
    host: env[environment.servingHost] || '127.0.0.1',
    port: Number(env[environment.servingPort] || defaultPorts.serving),
    grpcPort: Number(env[environment.servingGrpcPort] || defaultPorts.servingGrpc),
    streamDialect: streamDialectOf(env[environment.servingGrpcStream], problems),
    tracing: tracingSettings(env, problems),
    logLevel: env[environment.logLevel] || 'info',
  };
  const ports = [
    [environment.servingPort, config.port],
    [environment.servingGrpcPort, config.grpcPort],
  ] as const;
  for (const [name, port] of ports) {
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) continue;
    problems.push(`${name} is "${env[name]}" (a port, 0 to 65535)`);
  }
  if (!levels.includes(config.logLevel)) {
    problems.push(`${environment.logLevel} is "${config.logLevel}" (any of ${levels.join(', ')})`);
  }
  if (problems.length > 0) throw new LaurelError('InvalidInput', `serving cannot start: ${problems.join('; ')}.`);
  return config;
}

function streamDialectOf(given: string | undefined, problems: string[]): StreamDialect {
  const found = streamDialects.find((dialect) => dialect === (given || 'triton'));
  if (found === undefined) {
    problems.push(`${environment.servingGrpcStream} is "${given}" (any of ${streamDialects.join(', ')})`);
  }
  return found ?? 'triton';
}

function predictionLogOf(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): ServingConfig['predictionLog'] {
  const { predictionLogBacklog, predictionLogRetention } = environment;
  const [backlog, retention] = [env[predictionLogBacklog], env[predictionLogRetention]];
  const backlogBytes = backlog ? Number(backlog) : defaultLogSettings.backlogBytes;
  const keepMilliseconds = retention ? (parseDuration(retention) ?? Number.NaN) : defaultLogSettings.keepMilliseconds;
  if (!(Number.isSafeInteger(backlogBytes) && backlogBytes > 0)) {
    problems.push(`${predictionLogBacklog} is "${backlog}" (a number of bytes)`);
  }
  if (!(keepMilliseconds > 0)) problems.push(`${predictionLogRetention} is "${retention}" (a time such as 397d)`);
  return { backlogBytes, keepMilliseconds };
}
