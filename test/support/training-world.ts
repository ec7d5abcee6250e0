import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ActivityPorts, activityInterceptors, makeActivities } from '@laurel/activities';
import {
  type DataActivities,
  type ModelActivities,
  type TrainingOutcome,
  type TrainModel,
  taskQueues,
  timeScaleMemo,
  workflowIds,
} from '@laurel/contracts';
import type { Digest, ModelProject, Prices, TrainingSpec } from '@laurel/domain';
import { createProcessJobLauncher, createSourceCode } from '@laurel/local';
import { createDirectoryStore } from '@laurel/objectstore';
import type { JobLauncher, ObjectStore } from '@laurel/ports';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createTestDatabase, type TestDatabase } from '../integration/postgres/database.js';
import { exampleProject } from './example-project.js';
import { versionRef } from './rollout-journal.js';
import { writeTrainer } from './scripted-trainer.js';
import { openWorkflowWorld, temporalAddress, type WorkflowWorld } from './workflow-world.js';

const timeScale = 0.1;
const digest: Digest = `sha256:${'a'.repeat(64)}`;
const silent = { info: () => undefined, warn: () => undefined };

/** A training in which all but data and packaging is real: workflow, activity, launcher, trainer processes, database. */
export interface TrainingWorld extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly launcher: JobLauncher;
  readonly world: WorkflowWorld;
  /** Starts a training whose trainer is the given JavaScript. */
  train(script: string, change?: Partial<TrainingSpec>): Promise<Training>;
  /** Another worker of the queue `laurel-train`, in this process. */
  startWorker(): Promise<TrainWorker>;
  /** Another one as a process of its own; it dies at `failpoint`, where one is given. */
  spawnWorker(failpoint?: string): Promise<WorkerProcess>;
  /** The one that is there from the start, unless the world was opened without. */
  readonly worker: TrainWorker | null;
}

export interface WorkerProcess extends AsyncDisposable {
  /** The signal that ended it, once it has ended. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

export interface TrainingWorldOptions {
  readonly prices?: Prices;
  /** False: nobody takes jobs until the test starts a worker. */
  readonly worker?: boolean;
}

export interface TrainWorker {
  /** As a deployment does: SIGTERM, a grace, the end. */
  shutDown(): Promise<void>;
}

export interface Training {
  readonly runId: string;
  readonly handle: WorkflowHandle;
  /** Lines that the trainer left. */
  told(): Promise<readonly string[]>;
  /** Lets a trainer go on that waits for the file `told.txt.go`. */
  go(): Promise<void>;
}

export async function openTrainingWorld(options: TrainingWorldOptions = {}): Promise<TrainingWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-training-'));
  const db = await createTestDatabase();
  const objects = createDirectoryStore({ root: join(folder, 'objects') });
  const launcher = createProcessJobLauncher({
    folder: join(folder, 'jobs'),
    objectStore: objects,
    python: null,
    log: silent,
    timeScale,
  });
  const code = createSourceCode({ objectStore: objects, folder: join(folder, 'sources') });
  const dataset = await storeDataset(db, objects);
  let world: WorkflowWorld | undefined;
  const orchestrator = {
    reportTraining: async (...given: Parameters<ActivityPorts['orchestrator']['reportTraining']>) =>
      world?.orchestrator.reportTraining(...given),
  };
  const ports = { ...db, objects, jobs: launcher, code, orchestrator } as unknown as ActivityPorts;
  const activities = makeActivities(ports, { prices: options.prices ?? null });
  world = await openWorkflowWorld({
    activities: {
      [taskQueues.control]: { ...activities[taskQueues.control], registerVersion: async () => versionRef(1) },
      [taskQueues.compute]: aroundTraining(dataset),
    },
  });
  const opened = world;
  const startWorker = () => startTrainWorker(opened.namespace, activities[taskQueues.train]);
  const worker = options.worker === false ? null : await startWorker();
  const home = { LAUREL_HOME: folder, LAUREL_OBJECT_STORE: pathToFileURL(join(folder, 'objects')).href };
  return {
    db,
    launcher,
    world: opened,
    worker,
    startWorker,
    spawnWorker: (failpoint = '') =>
      spawnWorker({
        ...home,
        LAUREL_DATABASE_URL: db.url,
        LAUREL_TEMPORAL_NAMESPACE: opened.namespace,
        LAUREL_FAILPOINTS: failpoint,
      }),
    train: async (script, change = {}) => {
      const project = await mkdtemp(join(folder, 'project-'));
      return startTraining(opened, project, { script, change });
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.shutDown();
      await opened[Symbol.asyncDispose]();
      for (const name of await launcher.running()) await launcher.remove(name);
      await db.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function storeDataset(db: TestDatabase, objects: ObjectStore) {
  const [train, validation] = await Promise.all(['train', 'validation'].map((rows) => objects.put(Buffer.from(rows))));
  const columns = [
    { name: 'churn', kind: 'categorical', storage: 'string', nullable: false },
    { name: 'tenure', kind: 'numeric', storage: 'integer', nullable: false },
  ] as const;
  const { version, rows } = await db.datasets.add({
    dataset: 'churn',
    digest,
    rows: 3,
    source: 'here',
    schema: { columns },
    statistics: { rows: 3, columns: [] },
    table: digest,
  });
  const part = (of: Digest | undefined) => ({ digest: of ?? digest, rows: 1 });
  return {
    reference: { dataset: 'churn', version, digest, rows, table: digest },
    parts: { train: part(train), validation: part(validation), holdout: part(digest) },
  };
}

/** What comes before and after the trainer, without data. */
function aroundTraining({
  reference,
  parts,
}: Awaited<ReturnType<typeof storeDataset>>): DataActivities & ModelActivities {
  return {
    snapshotData: async () => reference,
    validateData: async () => [],
    splitData: async () => parts,
    packageModel: async () => digest,
    evaluateModel: async () => ({ report: digest, summary: {}, gates: [], gatesPassed: true }),
  };
}

async function startTrainWorker(namespace: string, activities: object): Promise<TrainWorker> {
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: taskQueues.train,
    activities,
    interceptors: { activity: [activityInterceptors] },
    shutdownGraceTime: '100ms',
    maxHeartbeatThrottleInterval: '200ms',
  });
  const running = worker.run();
  let down: Promise<void> | undefined;
  return {
    shutDown: () => {
      down ??= (async () => {
        worker.shutdown();
        await running;
        await connection.close();
      })();
      return down;
    },
  };
}

const workerMain = fileURLToPath(new URL('../../apps/worker/dist/main.js', import.meta.url));

/** The worker that is deployed, with the one role; it must have been compiled. */
async function spawnWorker(environment: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = fork(workerMain, {
    env: {
      PATH: process.env['PATH'],
      LAUREL_TEMPORAL_ADDRESS: temporalAddress(),
      LAUREL_WORKER_ROLES: 'train',
      LAUREL_TIME_SCALE: String(timeScale),
      LAUREL_LOG_LEVEL: 'error',
      ...environment,
    },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  await Promise.race([
    once(child, 'message'),
    ended.then((signal) => Promise.reject(new Error(`the worker ended (${String(signal)}) before it was ready`))),
  ]);
  return {
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function startTraining(
  { client }: WorkflowWorld,
  folder: string,
  { script, change }: { readonly script: string; readonly change: Partial<TrainingSpec> },
): Promise<Training> {
  const base = await exampleProject();
  const command = await writeTrainer(folder, script);
  const training: TrainingSpec = { ...base.spec.training, command, checkpoint: { every: 10 }, ...change };
  const project: ModelProject = { ...base, spec: { ...base.spec, training } };
  const runId = randomUUID().replaceAll('-', '');
  const input: TrainModel = { project, folder, runId, from: null, trigger: `manual/${runId}`, fence: 1 };
  const handle = await client.workflow.start<(input: TrainModel) => Promise<TrainingOutcome>>('trainModel', {
    taskQueue: taskQueues.control,
    workflowId: workflowIds.train('churn', runId),
    args: [input],
    memo: { [timeScaleMemo]: timeScale },
  });
  return {
    runId,
    handle,
    go: () => writeFile(join(folder, 'told.txt.go'), ''),
    told: async () => (await readFile(join(folder, 'told.txt'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
  };
}
