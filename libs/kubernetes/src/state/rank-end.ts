import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import { exitCauses, trainerExit } from '@laurel/contracts';
import type { EndCause, TrainerFailure } from '@laurel/domain';
import { disruptionOf, fetchFailure, isActive, isLeaving, millisecondsOf, rankOf, trainerEnd } from './pods.js';

/** What a worker's pod printed before it ended, as far as it could be read. */
export interface LastWords {
  readonly failure: (Pick<TrainerFailure, 'message' | 'step'> & { readonly cause: EndCause }) | undefined;
  /** The last line that is not of the protocol; empty when there was none. */
  readonly line: string;
}

/** How one worker ended short of its aim. */
export interface RankEnd {
  readonly rank: number;
  readonly cause: EndCause;
  readonly exitCode: number | null;
  readonly message: string;
  /** Milliseconds of the node's clock, to the second. */
  readonly at: number;
  /** Whether the cluster said that it takes the pod away. */
  readonly announced: boolean;
  /** Whether it was stopped because the attempt was already ending. */
  readonly follows: boolean;
}

const outOfMemoryReason = 'OOMKilled';
const notStartedReasons: readonly string[] = ['ContainerCannotRun', 'StartError', 'CreateContainerError'];
/** Reasons of pods that a kubelet ended because the machine went down; older kubelets set no condition. */
const shutdownReasons: readonly string[] = ['NodeShutdown', 'Shutdown', 'Terminated', 'Preempting'];
/** Reasons of the condition that mean that the machine is gone rather than the place on it. */
const goneReasons: readonly string[] = ['DeletionByPodGC', 'DeletionByTaintManager'];
const sigkill = 137;

/** Why a worker's pod ended; `undefined` while it runs and when it ended well. */
export function rankEnd(pod: V1Pod, said: LastWords | undefined): RankEnd | undefined {
  const end = podTaken(pod) ?? podRefused(pod) ?? containerFailed(pod, said);
  if (end === undefined) return undefined;
  const ended = trainerEnd(pod) ?? fetchFailure(pod);
  const at = millisecondsOf(ended?.finishedAt) ?? Number.MAX_SAFE_INTEGER;
  // What supervises the trainer in its pod ends with 1 when the trainer said that it was done and left no model.
  const exitCode = end.cause === 'noModel' ? trainerExit.done : (ended?.exitCode ?? null);
  const announced = disruptionOf(pod) !== undefined;
  return { ...end, rank: rankOf(pod), exitCode, at, announced, follows: isLeaving(pod) && !announced };
}

type Reason = Pick<RankEnd, 'cause' | 'message'>;

/** A pod that the cluster took away, in its own words. */
function podTaken(pod: V1Pod): Reason | undefined {
  const disruption = disruptionOf(pod);
  const where = placeOf(pod);
  if (disruption !== undefined) {
    const cause = goneReasons.includes(disruption.reason ?? '') ? 'nodeLost' : 'disrupted';
    const why = [disruption.reason, disruption.message].filter(Boolean).join(': ');
    return { cause, message: `the cluster took ${where} away (${why})` };
  }
  const { reason = '', message = '' } = pod.status ?? {};
  if (reason === 'NodeLost') return { cause: 'nodeLost', message: `the node of ${where} is lost (${message})` };
  if (shutdownReasons.includes(reason)) return { cause: 'disrupted', message: `${where} was stopped (${message})` };
  return undefined;
}

/** A pod that its node did not take, or threw out for what it wrote. */
function podRefused(pod: V1Pod): Reason | undefined {
  const { phase, reason = '', message = '' } = pod.status ?? {};
  if (phase !== 'Failed' || reason === '') return undefined;
  const where = placeOf(pod);
  if (reason === 'DeadlineExceeded') return { cause: 'deadline', message: `${where} ran longer than it may` };
  if (reason === 'Evicted') {
    const full = /ephemeral|emptydir/i.test(message);
    return { cause: full ? 'storageFull' : 'disrupted', message: `${where} was evicted (${message})` };
  }
  if (trainerEnd(pod) !== undefined) return undefined;
  return { cause: 'disrupted', message: `the node of ${where} refused it (${reason}: ${message})` };
}

function containerFailed(pod: V1Pod, said: LastWords | undefined): Reason | undefined {
  if (isActive(pod)) return undefined;
  const fetch = fetchFailure(pod);
  if (fetch !== undefined) return readExit(pod, fetch, { said, who: 'the init step that fetches the data' });
  const trainer = trainerEnd(pod);
  if (trainer !== undefined) return readExit(pod, trainer, { said, who: 'the trainer' });
  if (pod.status?.phase !== 'Failed') return undefined;
  return { cause: 'nodeLost', message: `${placeOf(pod)} ended without a word of its node` };
}

function readExit(
  pod: V1Pod,
  ended: V1ContainerStateTerminated,
  { said, who }: { readonly said: LastWords | undefined; readonly who: string },
): Reason | undefined {
  const { exitCode, reason = '', message = '' } = ended;
  if (exitCode === trainerExit.done) return undefined;
  const where = placeOf(pod);
  if (reason === outOfMemoryReason) {
    return { cause: 'outOfMemory', message: `${who} ran out of memory in ${where}${memoryLimitOf(pod)}` };
  }
  if (notStartedReasons.includes(reason)) {
    return { cause: 'notStarted', message: `${who} could not be started in ${where} (${message})` };
  }
  const last = said === undefined || said.line === '' ? 'it said nothing' : `its last line was: ${said.line}`;
  if (said?.failure !== undefined) {
    return { cause: said.failure.cause, message: said.failure.message || `${who} ended; ${last}` };
  }
  if (exitCode === trainerExit.preempted) {
    return { cause: 'disrupted', message: `${who} was asked to stop in ${where}; ${last}` };
  }
  if (exitCode === sigkill) {
    const cause = isLeaving(pod) ? 'disrupted' : 'killed';
    return { cause, message: `${who} was killed (SIGKILL) in ${where}; ${last}` };
  }
  if (/no space left on device|ENOSPC/i.test(said?.line ?? '')) {
    return { cause: 'storageFull', message: `a disk of ${where} is full; ${last}` };
  }
  const cause = exitCauses[exitCode] ?? 'crashed';
  return { cause, message: `${who} ended with exit code ${exitCode} in ${where}; ${last}` };
}

function memoryLimitOf(pod: V1Pod): string {
  const limit = pod.spec?.containers[0]?.resources?.limits?.['memory'];
  return limit === undefined ? '' : `, which has a limit of ${limit}`;
}

function placeOf(pod: V1Pod): string {
  const node = pod.spec?.nodeName;
  const name = `pod ${pod.metadata?.name ?? '?'}`;
  return node === undefined ? name : `${name} on node ${node}`;
}
