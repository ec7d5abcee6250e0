import type { V1ContainerState, V1Job, V1JobCondition, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import type { JobSpec } from '@laurel/domain';
import type { KubernetesSettings } from '@laurel/kubernetes';

const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;

export const specDigest = digest('d');

/** A job of one worker, unless `change` says otherwise. */
export function jobSpec(change: Partial<JobSpec> = {}): JobSpec {
  return {
    name: `churn-${'a'.repeat(32)}`,
    attempt: 2,
    project: 'churn',
    runId: 'a'.repeat(32),
    command: ['python', 'train.py'],
    workingDirectory: '/projects/churn',
    image: null,
    data: { train: digest('1'), validation: digest('2'), schema: digest('3') },
    parameters: { depth: 3, note: 'costs $(HOME) $5' },
    seed: 7,
    fence: 4,
    workers: 1,
    resources: {
      cpus: 1.5,
      memoryBytes: 2 * 2 ** 30,
      gpu: { count: 0, kind: null, shared: false },
      sharedMemoryBytes: null,
    },
    placement: 'onDemand',
    checkpointEvery: 50,
    deadlineMilliseconds: 7_200_000,
    silenceMilliseconds: 600_000,
    pendingMilliseconds: 1_800_000,
    ...change,
  };
}

/** A plain cluster, unless `change` says otherwise. */
export function kubernetesSettings(change: Partial<KubernetesSettings> = {}): KubernetesSettings {
  return {
    namespace: 'training',
    image: 'laurel-trainer:1',
    imagePullPolicy: 'IfNotPresent',
    imagePullSecrets: [],
    serviceAccount: null,
    runAsUser: 10_001,
    checkpointClaim: 'checkpoints',
    datasetClaim: null,
    objectStore: { url: 's3://laurel/objects', secret: null, claim: null },
    projects: null,
    spot: null,
    nodeSelector: {},
    tolerations: [],
    priorityClass: { spot: null, onDemand: null },
    gpuKindLabel: 'nvidia.com/gpu.product',
    queue: null,
    graceSeconds: 30,
    keepSeconds: 86_400,
    outputBytes: 10 * 2 ** 30,
    ...change,
  };
}

/** What a Job of `workers` says of its limits. */
export function limitsOf(workers: number) {
  return {
    attempt: 1,
    workers,
    deadlineMilliseconds: 60_000,
    silenceMilliseconds: 10_000,
    pendingMilliseconds: 30_000,
  };
}

/** A Job of `workers` with the conditions that hold. */
export function job(
  conditions: readonly (readonly [type: string, reason: string])[] = [],
  { workers = 1, suspend = false }: { readonly workers?: number; readonly suspend?: boolean } = {},
): V1Job {
  return {
    metadata: {
      name: 'churn-1',
      uid: 'job',
      annotations: { 'laurel.dev/limits': JSON.stringify(limitsOf(workers)) },
      creationTimestamp: '2026-01-01T00:00:00Z' as unknown as Date,
    },
    spec: { parallelism: workers, suspend, template: {} },
    status: {
      conditions: conditions.map(
        ([type, reason]): V1JobCondition => ({ type, status: 'True', reason, message: 'because' }),
      ),
    },
  };
}

export interface PodLook {
  readonly rank?: number;
  /** How many pods of the rank were made before it. */
  readonly replaces?: number;
  readonly phase?: 'Failed' | 'Pending' | 'Running' | 'Succeeded';
  readonly node?: string;
  readonly leaving?: boolean;
  readonly reason?: string;
  readonly message?: string;
  readonly trainer?: V1ContainerState;
  readonly fetch?: V1ContainerState;
  readonly conditions?: readonly V1PodCondition[];
}

/** A pod as the API server shows it. */
export function pod(look: PodLook = {}): V1Pod {
  const { rank = 0, phase = 'Running', node = 'node-1', leaving = false, reason, message, trainer, fetch } = look;
  const { replaces = 0 } = look;
  const name = replaces === 0 ? `churn-1-${rank}` : `churn-1-${rank}-${replaces}`;
  const statusOf = (name: string, state: V1ContainerState | undefined) =>
    state === undefined ? [] : [{ name, state, image: 'i', imageID: '', ready: false, restartCount: 0 }];
  return {
    metadata: {
      name,
      uid: name,
      annotations: { 'batch.kubernetes.io/job-completion-index': String(rank) },
      creationTimestamp: `2026-01-01T00:0${replaces}:00Z` as unknown as Date,
      ...(leaving ? { deletionTimestamp: '2026-01-01T00:10:00Z' as unknown as Date } : {}),
    },
    spec: { nodeName: node, containers: [] },
    status: {
      phase,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      conditions: [...(look.conditions ?? [])],
      containerStatuses: statusOf('trainer', trainer),
      initContainerStatuses: statusOf('fetch', fetch),
    },
  };
}

/** A container that ended. `second` within one minute. */
export function exited(exitCode: number, reason = 'Error', second = 0): V1ContainerState {
  const finishedAt = `2026-01-01T00:01:${String(second).padStart(2, '0')}Z` as unknown as Date;
  return { terminated: { exitCode, reason, finishedAt } };
}

export const running: V1ContainerState = { running: { startedAt: '2026-01-01T00:00:30Z' as unknown as Date } };

export function disruption(reason: string): V1PodCondition {
  return { type: 'DisruptionTarget', status: 'True', reason, message: 'taken' };
}
