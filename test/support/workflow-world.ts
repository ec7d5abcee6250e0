import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { activityInterceptors } from '@laurel/activities';
import { type TaskQueue, taskQueues } from '@laurel/contracts';
import { connectOrchestrator, openClient, registerSearchAttributes } from '@laurel/temporal';
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { recordHistories } from './record-histories.js';

/** Address of the shared Temporal server, which the global set-up starts. */
export function temporalAddress(): string {
  const address = process.env['LAUREL_TEST_TEMPORAL_ADDRESS'];
  if (!address) throw new Error('LAUREL_TEST_TEMPORAL_ADDRESS is not set: run the tests through npm');
  return address;
}

let bundle: Promise<{ readonly codePath: string }> | undefined;

/** The workflow bundle, made once per test file, from source. */
export function workflowBundle(): Promise<{ readonly codePath: string }> {
  bundle ??= makeBundle();
  return bundle;
}

async function makeBundle(): Promise<{ readonly codePath: string }> {
  const codePath = join(await mkdtemp(join(tmpdir(), 'laurel-bundle-')), 'workflows.js');
  const script = fileURLToPath(new URL('bundle-workflows.mjs', import.meta.url));
  await promisify(execFile)(process.execPath, [script, codePath], { env: { ...process.env, NODE_OPTIONS: '' } });
  return { codePath };
}

/** A namespace of its own on the shared server, with workers for every task queue. */
export interface WorkflowWorld extends AsyncDisposable {
  readonly client: Client;
  readonly orchestrator: ReturnType<typeof connectOrchestrator>;
  readonly namespace: string;
  /** Ends all workers and starts others, which know nothing but the histories. */
  restart(): Promise<void>;
}

export interface WorldOptions {
  readonly activities: Partial<Record<TaskQueue, object>>;
  readonly timeScale?: number;
}

/** Opens a world whose workflows run with the given activities. */
export async function openWorkflowWorld(options: WorldOptions): Promise<WorkflowWorld> {
  const address = temporalAddress();
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const client = openClient({ address, namespace });
  await registerNamespace(client, namespace);
  await registerSearchAttributes(client);
  const connection = await NativeConnection.connect({ address });
  let running = await runWorkers(connection, namespace, options);
  const orchestrator = connectOrchestrator({ address, namespace, timeScale: options.timeScale ?? 0.2 });
  return {
    client,
    orchestrator,
    namespace,
    restart: async () => {
      await running.stop();
      running = await runWorkers(connection, namespace, options);
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await recordHistories(client, expect.getState().currentTestName ?? namespace);
      } finally {
        await running.stop();
        await connection.close();
        await orchestrator.close();
        await client.connection.close();
      }
    },
  };
}

/** Workers for every task queue that has activities, and for workflows. */
async function runWorkers(
  connection: NativeConnection,
  namespace: string,
  options: WorldOptions,
): Promise<{ stop(): Promise<void> }> {
  const workers = await Promise.all(
    Object.values(taskQueues)
      .filter((taskQueue) => taskQueue === taskQueues.control || options.activities[taskQueue] !== undefined)
      .map(async (taskQueue) =>
        Worker.create({
          connection,
          namespace,
          taskQueue,
          activities: options.activities[taskQueue] ?? {},
          interceptors: { activity: [activityInterceptors] },
          ...(taskQueue === taskQueues.control ? { workflowBundle: await workflowBundle() } : {}),
          shutdownGraceTime: '1s',
          maxHeartbeatThrottleInterval: '200ms',
        }),
      ),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}

/** Registers a namespace and waits until the server's front end knows it. */
async function registerNamespace(client: Client, namespace: string): Promise<void> {
  await client.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.connection.workflowService.describeNamespace({ namespace });
      for await (const _ of client.workflow.list({ pageSize: 1 })) break;
      return;
    } catch (error) {
      if (attempt > 100) throw error;
      await sleep(100);
    }
  }
}

/** Waits until `holds` is true; fails with `what` after `milliseconds`. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 20_000,
): Promise<void> {
  const until = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await sleep(25);
  }
}

/** Silences the SDK's chatter in tests; call once per file, before the first world. */
export function quietRuntime(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}
