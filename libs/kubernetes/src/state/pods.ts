import type { V1ContainerStateTerminated, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { fetchContainer, trainerContainer } from '../names.js';

const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

/** Rank of the worker that a pod runs; 0 for a pod that says nothing. */
export function rankOf(pod: V1Pod): number {
  const text = pod.metadata?.annotations?.[indexAnnotation] ?? pod.metadata?.labels?.[indexAnnotation];
  return Number(text ?? 0);
}

export function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

/** The newest pod of each rank, by rank: a pod that the Job controller has replaced says nothing about the attempt. */
export function newestOfEachRank(pods: readonly V1Pod[]): readonly V1Pod[] {
  const made = (pod: V1Pod) => millisecondsOf(pod.metadata?.creationTimestamp) ?? 0;
  const newest = new Map(pods.toSorted((a, b) => made(a) - made(b)).map((pod) => [rankOf(pod), pod] as const));
  return [...newest.values()].toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Whether anything of the pod may still run. */
export function isActive(pod: V1Pod): boolean {
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}

/** Whether somebody has asked for the pod's removal. */
export function isLeaving(pod: V1Pod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined;
}

/** The condition of this type when it holds. */
function conditionOf(pod: V1Pod, type: string): V1PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

/**
 * The word of the cluster that it takes the pod's place away. The eviction API sets it before it deletes and leaves it
 * behind when it then does not, so it counts only for a pod that is leaving or has gone.
 */
export function disruptionOf(pod: V1Pod): V1PodCondition | undefined {
  const leaves = isLeaving(pod) || pod.status?.phase === 'Failed';
  return leaves ? conditionOf(pod, 'DisruptionTarget') : undefined;
}

/** What a kubelet writes, with exit code 137, of a container that never began or of which it has lost track. */
const unknownReason = 'ContainerStatusUnknown';

/** How the trainer's container ended; `undefined` while it runs, and when it never began or nobody knows. */
export function trainerEnd(pod: V1Pod): V1ContainerStateTerminated | undefined {
  const ended = pod.status?.containerStatuses?.find(({ name }) => name === trainerContainer)?.state?.terminated;
  return ended?.reason === unknownReason ? undefined : ended;
}

/** How the init step ended, when it ended badly. */
export function fetchFailure(pod: V1Pod): V1ContainerStateTerminated | undefined {
  const ended = pod.status?.initContainerStatuses?.find(({ name }) => name === fetchContainer)?.state?.terminated;
  return ended === undefined || ended.exitCode === 0 || ended.reason === unknownReason ? undefined : ended;
}

/** When the trainer's container began to run, in milliseconds of the node's clock; `null` before. */
export function startedAt(pod: V1Pod): number | null {
  const state = pod.status?.containerStatuses?.find(({ name }) => name === trainerContainer)?.state;
  return millisecondsOf(state?.running?.startedAt ?? state?.terminated?.startedAt);
}

/** Milliseconds of a time of the API, which is text whatever the SDK's types say; `null` where there is none. */
export function millisecondsOf(time: Date | string | null | undefined): number | null {
  if (time === undefined || time === null) return null;
  const milliseconds = new Date(time).getTime();
  return Number.isNaN(milliseconds) ? null : milliseconds;
}
