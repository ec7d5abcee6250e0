import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { searchAttributes } from '@laurel/contracts';
import { accepts } from '../ports/probe.js';
import { environmentOfTemporal } from '../processes/environment.js';
import { runCommand } from '../processes/run-command.js';
import type { ChildSpec } from '../supervisor/child-spec.js';

export interface TemporalOptions {
  /** Path or name of Temporal's command line tool. */
  readonly binary: string;
  /** SQLite file of histories; null keeps them in memory, for tests. */
  readonly dbFile: string | null;
  readonly port: number;
  /** Port of the web page; null for none. */
  readonly uiPort: number | null;
}

/** Names of attribute types as the command line spells them. */
const typeNames: Readonly<Record<string, string>> = {
  KEYWORD: 'Keyword',
  INT: 'Int',
  TEXT: 'Text',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
};

/** Temporal's dev server as a child, with Laurel's search attributes; ready when its frontend says that it serves. */
export function temporalChild({ binary, dbFile, port, uiPort }: TemporalOptions): ChildSpec {
  const address = `127.0.0.1:${port}`;
  const attributes = Object.values(searchAttributes).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${typeNames[type] ?? type}`,
  ]);
  const page = uiPort === null ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)];
  const file = dbFile === null ? [] : ['--db-filename', dbFile];
  const where = ['--ip', '127.0.0.1', '--port', String(port)];
  return {
    name: 'temporal',
    command: [
      binary,
      'server',
      'start-dev',
      ...where,
      ...page,
      ...file,
      ...attributes,
      '--log-level',
      'warn',
      '--log-format',
      'json',
    ],
    environment: environmentOfTemporal(),
    workingDirectory: dbFile === null ? '/' : dirname(dbFile),
    readiness: { kind: 'probe', probe: () => serves(binary, address) },
    alive: () => accepts(port),
    readyMilliseconds: 60_000,
    stopSignal: 'SIGTERM',
    graceMilliseconds: 5_000,
    ...(uiPort === null ? {} : { url: `http://127.0.0.1:${uiPort}` }),
    prepare: async () => {
      if (dbFile !== null) await mkdir(dirname(dbFile), { recursive: true });
    },
  };
}

async function serves(binary: string, address: string): Promise<boolean> {
  try {
    const parameters = ['operator', 'cluster', 'health', '--address', address, '--command-timeout', '2s'];
    const answer = await runCommand(binary, parameters, {
      environment: environmentOfTemporal(),
      limitMilliseconds: 5_000,
    });
    return answer.includes('SERVING');
  } catch {
    return false;
  }
}
