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

/** What an attempt waits for; `undefined` when all its workers run or have ended. `trouble`: the Job's newest warning. */
export function waitingFor(job: V1Job, pods: readonly V1Pod[], trouble: string | null): Waiting | undefined {
  const since = millisecondsOf(job.status?.startTime ?? job.metadata?.creationTimestamp);
  if (isSuspended(job)) return { reason: suspension(job), since: null, becomes: 'unschedulable', hopeless: false };
  const workers = job.spec?.parallelism ?? 1;
  const ranks = new Set(pods.map(rankOf)).size;
  if (ranks < workers) {
    const why = trouble ?? `${ranks} of ${workers} pods have been made`;
    return { reason: why, since, becomes: 'unschedulable', hopeless: false };
  }
  const found = pods.filter((pod) => isActive(pod) && startedAt(pod) === null).map((pod) => podWaits(pod));
  return found.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
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
