import type {
  ContentActivities,
  DataActivities,
  EntityActivities,
  GateActivities,
  JobActivities,
  ModelActivities,
  ProjectJobActivities,
  ProjectRunActivities,
  RegistrationActivities,
  RegistryActivities,
  ReproductionActivities,
  RolloutActivities,
  SweepActivities,
  TaskQueue,
  TrialMeasureActivities,
  TriggerActivities,
} from '@laurel/contracts';
import type { Prices } from '@laurel/domain';
import { dataActivities } from './data/data.activities.js';
import type { ActivityPorts } from './ports.js';
import { projectJobActivities, projectRunActivities } from './project-run/project-run.activities.js';
import { contentActivities, registrationActivities } from './registration/registration.activities.js';
import { entityActivities } from './rollout/entity.activities.js';
import { gateActivities } from './rollout/gate.activities.js';
import { rolloutActivities } from './rollout/rollout.activities.js';
import { trialMeasureActivities } from './sweep/measure-trial.js';
import { sweepActivities } from './sweep/sweep.activities.js';
import { jobActivities } from './training/job.activities.js';
import { modelActivities } from './training/model.activities.js';
import { reproduceActivities } from './training/reproduce.activities.js';
import { runActivities } from './training/run.activities.js';
import { triggerActivities } from './training/trigger.activities.js';

export { type TrainerSchema, trainerSchema } from './data/features.js';
export { withSource } from './data/source.js';
export { activityInterceptors } from './interceptors.js';
export type { ActivityPorts } from './ports.js';
export { jobName } from './training/job-spec.js';
export { readTrainerModel } from './training/trainer-model.js';

type ControlActivities = ProjectRunActivities &
  RegistryActivities &
  RegistrationActivities &
  RolloutActivities &
  EntityActivities &
  GateActivities &
  SweepActivities;
type ComputeActivities = ContentActivities &
  DataActivities &
  ModelActivities &
  ReproductionActivities &
  TriggerActivities &
  TrialMeasureActivities;

/** What an installation decides about activities. */
export interface ActivitySettings {
  /** What capacity costs; `null` when nobody said. */
  readonly prices: Prices | null;
}

/** All activities, by the task queue on which they run. */
export function makeActivities(
  ports: ActivityPorts,
  settings: ActivitySettings = { prices: null },
): {
  readonly 'laurel-control': ControlActivities;
  readonly 'laurel-compute': ComputeActivities;
  readonly 'laurel-train': JobActivities & ProjectJobActivities;
} {
  return {
    'laurel-control': {
      ...runActivities(ports),
      ...projectRunActivities(ports),
      ...registrationActivities(ports),
      ...rolloutActivities(ports),
      ...entityActivities(ports),
      ...gateActivities(ports),
      ...sweepActivities(ports),
    },
    'laurel-compute': {
      ...contentActivities(ports),
      ...dataActivities(ports),
      ...modelActivities(ports),
      ...reproduceActivities(ports),
      ...triggerActivities(ports),
      ...trialMeasureActivities(ports),
    },
    'laurel-train': { ...jobActivities(ports, settings), ...projectJobActivities(ports, settings) },
  } satisfies Record<TaskQueue, object>;
}
