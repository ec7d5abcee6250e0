import { resolve } from 'node:path';
import { defaultPorts, environment, LaurelError } from '@laurel/contracts';
import { type TracingSettings, tracingSettings } from '@laurel/telemetry';
import { z } from 'zod';

/** Addresses that only this machine can reach. */
const loopbackHosts: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/** Variables whose values never appear in a message. */
const secretVariables: readonly string[] = [environment.databaseUrl];

const port = z.coerce.number('must be a port number').int('must be a whole number').min(0).max(65_535);

const variables = z.object({
  [environment.home]: z.string().min(1).default('.laurel'),
  [environment.databaseUrl]: z
    .string('is needed, as in postgres://user:password@127.0.0.1:8432/laurel')
    .regex(/^postgres(ql)?:\/\//, 'must look like postgres://user:password@host:port/database'),
  [environment.objectStore]: z
    .string('is needed, as in file:///folder')
    .regex(/^(file|s3):\/\//, 'must look like file:///folder or s3://bucket/prefix'),
  [environment.temporalAddress]: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'must be HOST:PORT')
    .optional(),
  [environment.temporalNamespace]: z.string().min(1).optional(),
  [environment.apiHost]: z.string().min(1).default('127.0.0.1'),
  [environment.apiPort]: port.default(defaultPorts.api),
  [environment.timeScale]: z.coerce.number('must be a number').positive('must be above 0').default(1),
  [environment.artifactBytes]: z.coerce
    .number('must be a number of bytes')
    .int('must be a whole number')
    .positive('must be above 0')
    .default(10 * 1024 ** 3),
  [environment.webhookNetworks]: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((network) => network.trim() || [])),
  [environment.logLevel]: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Everything the API process takes from its environment. */
export interface ApiConfig {
  readonly home: string;
  readonly databaseUrl: string;
  readonly objectStore: string;
  /** Where nothing is said, Temporal's own variables and files decide. */
  readonly temporal: { readonly address?: string; readonly namespace?: string };
  readonly host: string;
  readonly port: number;
  /** Bound to this machine only: metrics and documentation then need no key. */
  readonly loopback: boolean;
  readonly logLevel: string;
  /** Largest artifact that clients of MLflow may upload. */
  readonly artifactBytes: number;
  /** Factor on the time-outs of activities of what the API starts. */
  readonly timeScale: number;
  /** Networks beside the public ones that webhooks may lead to. */
  readonly webhookNetworks: readonly string[];
  /** `null` writes no traces. */
  readonly tracing: TracingSettings | null;
}

/** Reads the environment. Error: `InvalidInput` that names every variable that is wrong, its value and the form expected. */
export function parseConfig(env: { readonly [name: string]: string | undefined }): ApiConfig {
  const parsed = variables.safeParse(env);
  const problems: string[] = [];
  const tracing = tracingSettings(env, problems);
  if (!parsed.success || problems.length > 0) throw configurationError(parsed.error?.issues ?? [], env, problems);
  const value = parsed.data;
  return Object.freeze({
    home: resolve(value[environment.home]),
    databaseUrl: value[environment.databaseUrl],
    objectStore: value[environment.objectStore],
    temporal: temporalOf(value[environment.temporalAddress], value[environment.temporalNamespace]),
    host: value[environment.apiHost],
    port: value[environment.apiPort],
    loopback: loopbackHosts.includes(value[environment.apiHost]),
    logLevel: value[environment.logLevel],
    artifactBytes: value[environment.artifactBytes],
    timeScale: value[environment.timeScale],
    webhookNetworks: value[environment.webhookNetworks],
    tracing,
  });
}

function temporalOf(address: string | undefined, namespace: string | undefined): ApiConfig['temporal'] {
  return { ...(address === undefined ? {} : { address }), ...(namespace === undefined ? {} : { namespace }) };
}

function configurationError(
  issues: readonly z.core.$ZodIssue[],
  env: { readonly [name: string]: string | undefined },
  problems: readonly string[],
): LaurelError {
  const details = issues.map((issue) => {
    const name = String(issue.path[0]);
    const given = env[name];
    const shown = given === undefined || secretVariables.includes(name) ? '' : ` (it is "${given}")`;
    return { path: name, message: `${issue.message}${shown}` };
  });
  const list = [...details.map(({ path, message }) => `${path} ${message}`), ...problems].join('; ');
  return new LaurelError('InvalidInput', `The environment is not usable: ${list}.`, { details });
}
