import type {
  DataActivities,
  EntityActivities,
  JobActivities,
  ModelActivities,
  RegistryActivities,
  RolloutActivities,
  TaskQueue,
  TriggerActivities,
} from '@laurel/contracts';
import { dataActivities } from './data/data.activities.js';
import type { ActivityPorts } from './ports.js';
import { entityActivities } from './rollout/entity.activities.js';
import { rolloutActivities } from './rollout/rollout.activities.js';
import { jobActivities } from './training/job.activities.js';
import { modelActivities } from './training/model.activities.js';
import { runActivities } from './training/run.activities.js';
import { triggerActivities } from './training/trigger.activities.js';

export { activityInterceptors } from './interceptors.js';
export type { ActivityPorts } from './ports.js';
export { jobName } from './training/job.activities.js';

type ControlActivities = RegistryActivities & RolloutActivities & EntityActivities;
type ComputeActivities = DataActivities & ModelActivities & TriggerActivities;

/** All activities, by the task queue on which they run. */
export function makeActivities(ports: ActivityPorts): {
  readonly 'laurel-control': ControlActivities;
  readonly 'laurel-compute': ComputeActivities;
  readonly 'laurel-train': JobActivities;
} {
  return {
    'laurel-control': { ...runActivities(ports), ...rolloutActivities(ports), ...entityActivities(ports) },
    'laurel-compute': { ...dataActivities(ports), ...modelActivities(ports), ...triggerActivities(ports) },
    'laurel-train': jobActivities(ports),
  } satisfies Record<TaskQueue, object>;
}
