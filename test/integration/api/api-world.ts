import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiPorts, createApp, findInArchive } from '@laurel/api';
import { parseProject } from '@laurel/contracts/schemas';
import type { ModelProject } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';
import { createDirectoryStore } from '@laurel/objectstore';
import { createKeys, createPackages } from '@laurel/packages';
import type { ObjectStore, Packages, Role } from '@laurel/ports';
import { ping } from '@laurel/postgres';
import { createLogger, createMeter, type Tracer } from '@laurel/telemetry';
import { createRecordingOrchestrator, type RecordingOrchestrator } from '../../support/recording-orchestrator.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

export const projectText = readFileSync(new URL('../../../examples/churn/laurel.yaml', import.meta.url), 'utf8');

/** The shipped project under another name. */
export function aProject(name = 'churn'): ModelProject {
  const parsed = parseProject(projectText.replaceAll(/(name|endpoint): churn/g, `$1: ${name}`), {
    file: 'laurel.yaml',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.project;
}

export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: unknown };
  /** The parsed JSON, or the text where it is none. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface Sent {
  readonly as?: Role | 'nobody';
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
}

/** The API over a database of its own, with a key for each role. */
export interface ApiWorld {
  readonly db: TestDatabase;
  readonly orchestrator: RecordingOrchestrator;
  readonly app: Awaited<ReturnType<typeof createApp>>;
  readonly ports: ApiPorts;
  readonly packages: Packages;
  readonly objectStore: ObjectStore;
  readonly keys: { readonly [role in Role]: string };
  get(url: string, sent?: Sent): Promise<Answer>;
  post(url: string, body?: unknown, sent?: Sent): Promise<Answer>;
  send(method: string, url: string, sent?: Sent): Promise<Answer>;
  /** Asks the process to stop: open streams end. */
  stop(): void;
  close(): Promise<void>;
}

export async function createApiWorld({
  loopback = true,
  tracer = null,
}: {
  readonly loopback?: boolean;
  readonly tracer?: Tracer | null;
} = {}): Promise<ApiWorld> {
  const db = await createTestDatabase();
  const orchestrator = createRecordingOrchestrator();
  const objects = await mkdtemp(join(tmpdir(), 'laurel-api-objects-'));
  const objectStore = createDirectoryStore({ root: objects });
  const packages = createPackages({ objectStore, keys: createKeys() });
  const closing = new AbortController();
  const ports: ApiPorts = {
    ...db,
    packages,
    predictionArchive: {
      find: (id) => findInArchive({ objects: objectStore, tables: createTableEngine() }, id),
    },
    objects: objectStore,
    orchestrator,
    trainerLogs: { log: async (name, lines) => ['first', `last of ${name}`].slice(-lines) },
    database: { ping: () => ping(db.database) },
    meter: createMeter(),
    logger: createLogger({ process: 'api', level: 'silent' }),
    settings: { loopback, closing: closing.signal },
  };
  const keys = await keysOf(db);
  const app = await createApp(ports, tracer);
  const send: ApiWorld['send'] = async (method, url, { as = 'admin', headers = {}, body } = {}) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...(as === 'nobody' ? {} : { authorization: `Bearer ${keys[as]}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: jsonOr(answer.body) };
  };
  return {
    db,
    orchestrator,
    app,
    ports,
    packages,
    objectStore,
    keys,
    send,
    get: (url, sent) => send('GET', url, sent),
    post: (url, body, sent) => send('POST', url, { ...sent, body }),
    stop: () => closing.abort(),
    close: async () => {
      closing.abort();
      await app.close();
      await db.drop();
      await rm(objects, { recursive: true, force: true });
    },
  };
}

async function keysOf(db: TestDatabase): Promise<{ readonly [role in Role]: string }> {
  const secret = async (role: Role) => (await db.apiKeys.create({ name: `the ${role}`, role })).secret;
  return {
    viewer: await secret('viewer'),
    operator: await secret('operator'),
    approver: await secret('approver'),
    admin: await secret('admin'),
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Stores the shipped project under `name`. */
export async function applied(world: ApiWorld, name = 'churn'): Promise<void> {
  const context = { folder: '/projects/churn', digest: `sha256:${'0'.repeat(64)}`, actor: 'test' } as const;
  await world.db.projects.apply(aProject(name), context);
}
