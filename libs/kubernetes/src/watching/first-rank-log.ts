import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { trainerContainer } from '../names.js';
import { isActive, nameOf, rankOf, startedAt, trainerEnd } from '../state/pods.js';
import { followLog, type LogFollower } from './log-follower.js';

/** The log of whichever pod runs the first rank at the time. */
export interface FirstRankLog {
  /** Turns to another pod when another one has begun; tells whether it did. */
  turn(pods: readonly V1Pod[]): boolean;
  /** Lines since the last call; `live` when they came as they were written. */
  take(): { readonly lines: readonly string[]; readonly live: boolean };
  /** Whether all of it has been read; also when there is none. */
  finished(): boolean;
}

/** Lines that come later than this after a log was opened are not of the past. */
const catchUpMilliseconds = 2_000;

export function createFirstRankLog(of: {
  readonly cluster: Cluster;
  readonly pods: () => readonly V1Pod[];
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}): FirstRankLog {
  let current: { readonly pod: string; readonly follower: LogFollower; readonly since: number } | undefined;
  const hasEnded = (name: string) => {
    const pod = of.pods().find((one) => nameOf(one) === name);
    return pod === undefined || !isActive(pod) || trainerEnd(pod) !== undefined;
  };
  return {
    turn: (pods) => {
      const pod = pods.findLast((one) => rankOf(one) === 0 && startedAt(one) !== null);
      if (pod === undefined || nameOf(pod) === current?.pod) return false;
      const name = nameOf(pod);
      const { cluster, signal, onChange } = of;
      const source = { cluster, pod: name, container: trainerContainer, signal, onChange };
      const another = current !== undefined;
      current = {
        pod: name,
        follower: followLog({ ...source, hasEnded: () => hasEnded(name) }),
        since: performance.now(),
      };
      return another;
    },
    take: () => ({
      lines: current?.follower.take() ?? [],
      live: current !== undefined && performance.now() - current.since > catchUpMilliseconds,
    }),
    finished: () => current?.follower.finished() ?? true,
  };
}
