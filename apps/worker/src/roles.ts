import { activityInterceptors, makeActivities } from '@laurel/activities';
import { taskQueues } from '@laurel/contracts';
import type { Tracer } from '@laurel/telemetry';
import type { WorkerPlan } from '@laurel/temporal';
import { bundleWorkflows } from './bundle.js';
import type { WorkerConfig } from './config.js';
import type { Container } from './container.js';
import { failpointInterceptors, failpointPorts } from './failpoints.js';
import { tracedActivities } from './traced-activities.js';

/** Which Temporal workers this process runs, from its roles. */
export async function workerPlans(
  config: WorkerConfig,
  { ports, tracer }: Pick<Container, 'ports'> & { readonly tracer: Tracer | null },
): Promise<readonly WorkerPlan[]> {
  const activities = makeActivities(failpointPorts(ports, config.failpoints), { prices: config.prices });
  const interceptors = [
    ...(tracer === null ? [] : [tracedActivities(tracer)]),
    activityInterceptors,
    ...(config.failpoints === '' ? [] : [failpointInterceptors(config.failpoints)]),
  ];
  const plans: WorkerPlan[] = [];
  if (config.roles.includes('control')) {
    const workflowBundle = await bundleWorkflows();
    const taskQueue = taskQueues.control;
    plans.push({
      taskQueue,
      activities: activities[taskQueue],
      workflowBundle,
      interceptors,
      maxConcurrentActivities: 50,
    });
  }
  if (config.roles.includes('compute')) {
    const taskQueue = taskQueues.compute;
    plans.push({ taskQueue, activities: activities[taskQueue], interceptors, maxConcurrentActivities: 2 });
  }
  if (config.roles.includes('train')) {
    const taskQueue = taskQueues.train;
    plans.push({ taskQueue, activities: activities[taskQueue], interceptors, maxConcurrentActivities: 4 });
  }
  return plans;
}
