import type { V1ContainerStateWaiting, V1Job, V1Pod } from '@kubernetes/client-node';
import type { EndCause } from '@laurel/domain';
import { isSuspended } from './attempt-end.js';
import { isActive, millisecondsOf, nameOf, rankOf, startedAt } from './pods.js';

/** Why an attempt does not run although nothing failed. */
export interface Waiting {
  /** For people, with the scheduler's or the kubelet's own words. */
  readonly reason: string;
  /** Since when, in milliseconds; `null` where waiting has no end, as in a queue. */
  readonly since: number | null;
  /** What it counts as when it lasts too long. */
  readonly becomes: Extract<EndCause, 'badImage' | 'notStarted' | 'unschedulable'>;
  /** Whether waiting longer cannot help. */
  readonly hopeless: boolean;
}

/** Reasons of a container that waits for its image. */
const imageReasons: readonly string[] = [
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImageInspectError',
  'ImagePullBackOff',
  'InvalidImageName',
  'RegistryUnavailable',
  'SignatureValidationFailed',
];
const hopelessReasons: readonly string[] = ['ErrImageNeverPull', 'InvalidImageName'];
/** Reasons of a container that its node cannot make as it is declared. */
const configurationReasons: readonly string[] = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

/** Workers for which the Job controller has made no pod yet. */
export interface MissingPods {
  /** When they were first missed, in milliseconds. The Job's start would count the time in which its pods ran. */
  readonly since: number;
  /** The cluster's newest warning about the Job; `null` when there is none. */
  readonly trouble: string | null;
}

/** Whether the Job controller has made a pod for each worker. */
export function isComplete(job: V1Job, pods: readonly V1Pod[]): boolean {
  return ranksOf(pods) >= workersOf(job);
}

/** What an attempt waits for; `undefined` when all its workers run or have ended. */
export function waitingFor(job: V1Job, pods: readonly V1Pod[], missing: MissingPods | null): Waiting | undefined {
  if (isSuspended(job)) return { reason: suspension(job), since: null, becomes: 'unschedulable', hopeless: false };
  if (missing !== null) {
    const reason = missing.trouble ?? `${ranksOf(pods)} of ${workersOf(job)} pods have been made`;
    return { reason, since: missing.since, becomes: 'unschedulable', hopeless: false };
  }
  const found = pods.filter((pod) => isActive(pod) && startedAt(pod) === null).map((pod) => podWaits(pod));
  return found.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
}

function workersOf(job: V1Job): number {
  return job.spec?.parallelism ?? 1;
}

function ranksOf(pods: readonly V1Pod[]): number {
  return new Set(pods.map(rankOf)).size;
}

/** The most telling of several waits is shown. */
function weightOf({ becomes, hopeless }: Waiting): number {
  return (hopeless ? 2 : 0) + (becomes === 'unschedulable' ? 0 : 1);
}

function podWaits(pod: V1Pod): Waiting {
  const since = millisecondsOf(pod.metadata?.creationTimestamp);
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled !== undefined) {
    const reason = unscheduled.message ?? unscheduled.reason ?? 'no node fits yet';
    return { reason, since, becomes: 'unschedulable', hopeless: false };
  }
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const states = containers.map(({ state }) => state?.waiting).filter((state) => state !== undefined);
  const image = states.find(({ reason }) => imageReasons.includes(reason ?? ''));
  if (image !== undefined) {
    const hopeless = hopelessReasons.includes(image.reason ?? '');
    return { reason: wordsOf(image), since, becomes: 'badImage', hopeless };
  }
  const declared = states.find(({ reason }) => configurationReasons.includes(reason ?? ''));
  if (declared !== undefined) return { reason: wordsOf(declared), since, becomes: 'notStarted', hopeless: false };
  const fetching = pod.status?.initContainerStatuses?.some(({ state }) => state?.running !== undefined) === true;
  const what = fetching ? 'fetches the data' : (states[0]?.reason ?? 'waits for its node');
  return { reason: `pod ${nameOf(pod)} ${what}`, since, becomes: 'notStarted', hopeless: false };
}

function wordsOf({ reason, message }: V1ContainerStateWaiting): string {
  return [reason, message].filter(Boolean).join(': ');
}

function suspension(job: V1Job): string {
  const queue = job.metadata?.labels?.['kueue.x-k8s.io/queue-name'];
  return queue === undefined ? 'the Job is suspended' : `the Job is suspended: queue ${queue} has no room for it yet`;
}
