import { dirname } from 'node:path';

/** Variables of one test run or one Node process, which would mislead a server. */
const kept = (name: string) => !/^(NODE_OPTIONS|NODE_CHANNEL_.*|LAUREL_TEST_.*|JEST_WORKER_ID)$/.test(name);

/** The environment that servers inherit, with the Node that runs this first on PATH. */
export function inheritedEnvironment(): Readonly<Record<string, string>> {
  const variables = Object.entries(process.env).filter(([name, value]) => kept(name) && value !== undefined);
  const env = Object.fromEntries(variables) as Record<string, string>;
  return { ...env, PATH: `${dirname(process.execPath)}:${env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}` };
}

/** The same without TEMPORAL_ variables: those point clients of this shell at some cluster, and are not for a server. */
export function environmentOfTemporal(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(inheritedEnvironment()).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
