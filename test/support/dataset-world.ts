import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActivityPorts, makeActivities } from '@laurel/activities';
import { type ApiPorts, createApp } from '@laurel/api';
import { run } from '@laurel/cli';
import { parseProject } from '@laurel/contracts/schemas';
import type { DatasetVersion, SourceSpec } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackageReader, openKeyring } from '@laurel/packages';
import type { ObjectStore } from '@laurel/ports';
import { ping } from '@laurel/postgres';
import { createLogger, createMeter } from '@laurel/telemetry';
import { createWebhookSender } from '@laurel/webhooks';
import { openSources, parseSources } from '@laurel/worker';
import { createTestDatabase, type TestDatabase } from '../integration/postgres/database.js';
import { createRecordingOrchestrator } from './recording-orchestrator.js';

/** Datasets as an installation takes them in, and the API and the command over them. */
export interface DatasetWorld extends AsyncDisposable {
  readonly folder: string;
  readonly db: TestDatabase;
  readonly objects: ObjectStore;
  /** Where the bytes of digests lie. */
  readonly objectFolder: string;
  /** Takes a source in as a training's first step does, and gives the stored version. */
  snapshot(source: SourceSpec, options?: SnapshotOptions): Promise<DatasetVersion>;
  /** Runs `laurel …` against this installation. */
  laurel(
    args: readonly string[],
    cwd?: string,
  ): Promise<{ readonly code: number; readonly out: string; readonly side: string }>;
}

export interface SnapshotOptions {
  readonly dataset?: string;
  /** Folder of the project file. */
  readonly folder?: string;
  readonly key?: string;
}

/** Opens an installation whose worker has the variables `env`. */
export async function openDatasetWorld(env: Readonly<Record<string, string>> = {}): Promise<DatasetWorld> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'laurel-datasets-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const db = await createTestDatabase();
  opened.defer(() => db.drop());
  const objectFolder = join(folder, 'objects');
  const objects = createDirectoryStore({ root: objectFolder });
  const tables = createTableEngine();
  const sources = openSources(settingsOf(env));
  const activities = makeActivities({ ...db, objects, tables, sources } as unknown as ActivityPorts)['laurel-compute'];
  const api = await startApi(db, { objects, tables });
  opened.defer(() => api.close());
  const all = opened.move();
  return {
    folder,
    db,
    objects,
    objectFolder,
    snapshot: async (source, { dataset = 'churn', key, ...options } = {}) => {
      const runId = randomUUID().replaceAll('-', '');
      await db.runs.begin({ runId, project: dataset, trigger: 'test' });
      const model = projectOf(dataset, source, key);
      const context = { project: dataset, runId, rerun: false };
      const { version } = await activities.snapshotData({ ...context, model, folder: options.folder ?? folder });
      const stored = await db.datasets.find(dataset, version);
      if (stored === undefined) throw new Error(`version ${version} of ${dataset} was not stored`);
      return stored;
    },
    laurel: (args, cwd = folder) => command(args, { cwd, url: api.url, key: api.key }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function settingsOf(env: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  const settings = parseSources(env, problems);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return settings;
}

/** A project over a source, written and read as people do it. */
function projectOf(name: string, source: SourceSpec, key: string | undefined) {
  const text = JSON.stringify({
    apiVersion: 'laurel/v1',
    kind: 'ModelProject',
    metadata: { name },
    spec: {
      task: 'regression',
      data: { source, target: { column: 'y' }, ...(key === undefined ? {} : { key }) },
      training: { command: ['python', 'train.py'] },
    },
  });
  const parsed = parseProject(text, { file: 'laurel.yaml' });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join(' '));
  return parsed.project;
}

async function startApi(db: TestDatabase, content: Pick<ApiPorts, 'objects' | 'tables'>) {
  const closing = new AbortController();
  const app = await createApp({
    ...db,
    ...content,
    orchestrator: createRecordingOrchestrator(),
    trainerLogs: { log: async () => [] },
    database: { ping: () => ping(db.database) },
    meter: createMeter(),
    logger: createLogger({ process: 'api', level: 'silent' }),
    packages: createPackageReader({ objectStore: content.objects, keyring: openKeyring(tmpdir()) }),
    predictionArchive: { find: async () => undefined },
    webhookAddresses: createWebhookSender({ allowed: [] }),
    seal: { seal: (text) => text },
    auditWitness: { read: async () => ({ anchors: [], checkpoint: null, problems: [] }) },
    settings: { loopback: true, closing: closing.signal, scratch: tmpdir(), artifactBytes: 1 },
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const { secret } = await db.apiKeys.create({ name: 'test', role: 'viewer' });
  const close = async () => {
    closing.abort();
    await app.close();
  };
  return { url: `http://127.0.0.1:${port}`, key: secret, close };
}

async function command(
  args: readonly string[],
  { cwd, url, key }: { readonly cwd: string; readonly url: string; readonly key: string },
) {
  const said = { out: '', side: '' };
  const code = await run([...args], {
    env: { LAUREL_API_URL: url, LAUREL_API_KEY: key },
    cwd,
    out: { write: (text) => void (said.out += text), isTTY: false },
    side: { write: (text) => void (said.side += text), isTTY: false },
  });
  return { code, ...said };
}
