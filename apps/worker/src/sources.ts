import { environment } from '@laurel/contracts';
import { createDvcSource } from '@laurel/dvc';
import { createShareSources, guardedShares, type ShareSettings } from '@laurel/objectstore';
import type { Sources } from '@laurel/ports';
import { createQuerySource, type SourceConnections } from '@laurel/postgres';

/** Where this installation lets projects take data from. */
export interface SourceSettings {
  readonly shares: ShareSettings;
  readonly connections: SourceConnections;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the variables about sources; what is wrong goes to `problems`, without values that may hold a password. */
export function parseSources(env: Variables, problems: string[]): SourceSettings {
  const endpoints = (env[environment.sourceEndpoints] ?? '').split(',').flatMap((text) => text.trim() || []);
  for (const endpoint of endpoints) {
    if (!isEndpoint(endpoint)) problems.push(`${environment.sourceEndpoints} has no address such as https://host:9000`);
  }
  return { shares: { endpoints, lakefs: lakefsOf(env, problems) }, connections: connectionsOf(env, problems) };
}

function lakefsOf(env: Variables, problems: string[]): ShareSettings['lakefs'] {
  const endpoint = env[environment.lakefsEndpoint] || null;
  if (endpoint === null) return null;
  if (!isEndpoint(endpoint)) problems.push(`${environment.lakefsEndpoint} is no address such as https://host:8000`);
  const accessKeyId = env[environment.lakefsAccessKeyId] || null;
  const secretAccessKey = env[environment.lakefsSecretAccessKey] || null;
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    problems.push(`${environment.lakefsAccessKeyId} and ${environment.lakefsSecretAccessKey} need each other`);
  }
  const keys =
    accessKeyId === null || secretAccessKey === null ? {} : { credentials: { accessKeyId, secretAccessKey } };
  return { endpoint, ...keys };
}

/** `LAUREL_SOURCE_POSTGRES_OUR_WAREHOUSE` is the connection `our-warehouse`. */
function connectionsOf(env: Variables, problems: string[]): SourceConnections {
  const prefix = environment.sourcePostgres;
  const entries = Object.entries(env).flatMap(([variable, address]): [string, string][] => {
    if (!variable.startsWith(prefix) || !address) return [];
    if (!/^postgres(ql)?:\/\//.test(address) || !URL.canParse(address)) {
      problems.push(`${variable} is no address such as postgres://user:password@host:port/database`);
    }
    return [[variable.slice(prefix.length).toLowerCase().replaceAll('_', '-'), address]];
  });
  return Object.fromEntries(entries);
}

function isEndpoint(text: string): boolean {
  return /^https?:\/\/[^/@\s]+\/?$/.test(text);
}

/** The readers behind `s3://`, `lakefs://`, `dvc:` and `postgres:`. */
export function openSources({ shares, connections }: SourceSettings): Sources {
  return {
    ...createShareSources(shares),
    dvc: createDvcSource(guardedShares(shares)),
    postgres: createQuerySource(connections),
  };
}
