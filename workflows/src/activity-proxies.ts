import {
  type DataActivities,
  type EntityActivities,
  type JobActivities,
  type ModelActivities,
  nonRetryableCodes,
  type RegistryActivities,
  type RolloutActivities,
  type TriggerActivities,
  taskQueues,
} from '@laurel/contracts';
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';

const nonRetryableErrorTypes = [...nonRetryableCodes];
const { WAIT_CANCELLATION_COMPLETED, TRY_CANCEL } = ActivityCancellationType;

/** Quick reads. */
export const reading = proxyActivities<Pick<RegistryActivities, 'readProject'> & Pick<RolloutActivities, 'readFence'>>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '15m',
  cancellationType: TRY_CANCEL,
  retry: { initialInterval: '250ms', backoffCoefficient: 2, maximumInterval: '10s', nonRetryableErrorTypes },
});

/** Keyed writes: registry, routing. They heartbeat by themselves, so a lost worker is noticed within the heartbeat time-out. */
export const writing = proxyActivities<RegistryActivities & RolloutActivities & EntityActivities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '90s',
  heartbeatTimeout: '10s',
  scheduleToCloseTimeout: '15m',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Undos, the pivot and last words: never given up, because giving up helps nobody. */
export const untiring = proxyActivities<RegistryActivities & RolloutActivities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '30s',
  heartbeatTimeout: '10s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m', nonRetryableErrorTypes },
});

/** Work on whole tables: snapshot, validation, split, packaging, evaluation. */
export const computing = proxyActivities<DataActivities & ModelActivities & TriggerActivities>({
  taskQueue: taskQueues.compute,
  startToCloseTimeout: '2h',
  heartbeatTimeout: '30s',
  scheduleToCloseTimeout: '6h',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Proxy for one supervised job; deadline and attempts come from the project. */
export function trainingWithin(limits: { readonly deadlineMilliseconds: number; readonly maximumAttempts: number }): {
  runTrainer: JobActivities['runTrainer'];
} {
  return proxyActivities<JobActivities>({
    taskQueue: taskQueues.train,
    startToCloseTimeout: limits.deadlineMilliseconds,
    heartbeatTimeout: '30s',
    scheduleToCloseTimeout: limits.deadlineMilliseconds * (limits.maximumAttempts + 1),
    cancellationType: WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: '5s',
      backoffCoefficient: 2,
      maximumInterval: '10m',
      nonRetryableErrorTypes,
    },
  });
}
