import type { TaskQueue } from '@laurel/contracts';
import {
  type ActivityInterceptorsFactory,
  NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { connectionSettings, type TemporalOptions } from './connect.js';

/** One task queue to work on, with what runs there. */
export interface WorkerPlan {
  readonly taskQueue: TaskQueue;
  readonly activities: object;
  /** Present on the queue that also runs workflows. */
  readonly workflowBundle?: WorkflowBundleOption;
  readonly interceptors: readonly ActivityInterceptorsFactory[];
  readonly maxConcurrentActivities: number;
}

/** Running workers of one process. */
export interface Workers {
  /** Resolves when all have stopped; rejects when one broke. */
  readonly done: Promise<void>;
  /** Lets running activities end (within the grace time) and stops polling. */
  shutdown(): void;
  close(): Promise<void>;
}

/** Connects and starts one Temporal worker per plan. `graceMilliseconds` is how long a shutdown waits for activities. */
export async function startWorkers(
  options: TemporalOptions & { readonly graceMilliseconds: number },
  plans: readonly WorkerPlan[],
): Promise<Workers> {
  const { connection: settings, namespace } = connectionSettings(options);
  const connection = await NativeConnection.connect(settings);
  const workers = await Promise.all(
    plans.map((plan) =>
      Worker.create(workerOptions({ plan, connection, namespace, grace: options.graceMilliseconds })),
    ),
  );
  const done = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  return {
    done,
    shutdown: () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
    close: () => connection.close(),
  };
}

function workerOptions(input: {
  readonly plan: WorkerPlan;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly grace: number;
}): WorkerOptions {
  const { plan, connection, namespace, grace } = input;
  return {
    connection,
    namespace,
    taskQueue: plan.taskQueue,
    activities: plan.activities,
    interceptors: { activity: [...plan.interceptors] },
    maxConcurrentActivityTaskExecutions: plan.maxConcurrentActivities,
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: grace,
    shutdownForceTime: grace + 5_000,
    ...(plan.workflowBundle === undefined ? {} : { workflowBundle: plan.workflowBundle, maxCachedWorkflows: 200 }),
  };
}
