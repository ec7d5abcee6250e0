import {
  type ContentActivities,
  type DataActivities,
  type EntityActivities,
  type GateActivities,
  type JobActivities,
  type ModelActivities,
  nonRetryableCodes,
  type ProjectJobActivities,
  type ProjectRunActivities,
  type RegistrationActivities,
  type RegistryActivities,
  type ReproductionActivities,
  type RolloutActivities,
  type SweepActivities,
  type TrialMeasureActivities,
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

/** One question to another program, which has 30 s; only a lost worker is tried again. */
export const asking = proxyActivities<GateActivities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '40s',
  heartbeatTimeout: '10s',
  cancellationType: TRY_CANCEL,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Steps of a gradual rollback: soon given up, because the undo behind them restores everything at once. */
export const retreating = proxyActivities<Pick<RolloutActivities, 'awaitReadiness' | 'commitSplit' | 'prepareSplit'>>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '15s',
  heartbeatTimeout: '5s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '2s', nonRetryableErrorTypes },
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

/** Repeating a run: reads of its record, and comparing two models. */
export const reproducing = proxyActivities<ReproductionActivities>({
  taskQueue: taskQueues.compute,
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Longer than an attempt may take; one that outlasts it is followed by the next activity attempt, which attaches. */
const attemptSlackMilliseconds = 600_000;

/** Proxy for one attempt of a job. It is retried until the attempt has ended: a lost worker is no end of a trainer. */
export function trainingWithin(limits: {
  readonly deadlineMilliseconds: number;
  readonly pendingMilliseconds: number;
}): Pick<JobActivities, 'runTrainer'> & ProjectJobActivities {
  return proxyActivities<JobActivities & ProjectJobActivities>({
    taskQueue: taskQueues.train,
    startToCloseTimeout: limits.deadlineMilliseconds + limits.pendingMilliseconds + attemptSlackMilliseconds,
    heartbeatTimeout: '30s',
    cancellationType: WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
  });
}

/** Takes jobs away, where jobs are run; never given up, because a job that nobody wants costs money. */
export const removing = proxyActivities<Pick<JobActivities, 'removeJob'>>({
  taskQueue: taskQueues.train,
  startToCloseTimeout: '2m',
  heartbeatTimeout: '30s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Keyed writes around a sweep. Asking a sampler that has to start first takes seconds. */
export const sweeping = proxyActivities<
  Pick<SweepActivities, 'askTrial' | 'beginSweep' | 'beginTrial' | 'chooseBest' | 'warmSweep'>
>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '2m',
  heartbeatTimeout: '15s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Last words of trials and sweeps: tried until they are told, or meet what trying again will not cure. */
export const ending = proxyActivities<Pick<SweepActivities, 'endTrial' | 'endSweep'>>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '2m',
  heartbeatTimeout: '15s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m', nonRetryableErrorTypes },
});

/** Evaluation of a trial's package. */
export const measuring = proxyActivities<TrialMeasureActivities>({
  taskQueue: taskQueues.compute,
  startToCloseTimeout: '2h',
  heartbeatTimeout: '30s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Follows one trial for as long as its training may take, and longer: the next activity attempt goes on following. */
export function followingFor(limitMilliseconds: number): Pick<SweepActivities, 'followTrial'> {
  return proxyActivities<Pick<SweepActivities, 'followTrial'>>({
    taskQueue: taskQueues.control,
    startToCloseTimeout: limitMilliseconds,
    heartbeatTimeout: '15s',
    cancellationType: WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
  });
}

/** The record of a project's run; its last words are tried until they are told, or meet what trying again will not cure. */
export const recording = proxyActivities<ProjectRunActivities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '90s',
  heartbeatTimeout: '10s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Keyed writes of a registration. Never given up: a client waits, and afterwards the version would wait for ever. */
export const registering = proxyActivities<RegistrationActivities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '90s',
  heartbeatTimeout: '10s',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '250ms', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});

/** Reading and probing a model's files. */
export const checkingContent = proxyActivities<ContentActivities>({
  taskQueue: taskQueues.compute,
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  scheduleToCloseTimeout: '1h',
  cancellationType: WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '250ms', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes },
});
