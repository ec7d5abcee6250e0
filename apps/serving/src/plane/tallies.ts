import type { ServedArm, Split, VersionNumber } from '@laurel/domain';
import type { Route } from '../predictions.js';

/** Upper bounds of the latency buckets, milliseconds. */
export const latencyBounds = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500] as const;

/** A histogram of durations over `latencyBounds`; the last count is of what is above all. */
export class Durations {
  readonly counts = new Float64Array(latencyBounds.length + 1);
  milliseconds = 0;
  count = 0;

  add(milliseconds: number): void {
    let bucket = 0;
    while (bucket < latencyBounds.length && milliseconds > (latencyBounds[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.milliseconds += milliseconds;
    this.count += 1;
  }
}

/** What one version did as one arm of an endpoint since this process started. */
export class Tally {
  readonly endpoint: string;
  readonly version: VersionNumber;
  readonly arm: ServedArm;
  ok = 0;
  /** Requests that the version failed, by error code. */
  readonly failed = new Map<string, number>();
  rows = 0;
  /** Answers of another arm or the baseline in its place, by who answered. */
  readonly fallbacks = new Map<string, number>();
  readonly durations = new Durations();
  /** Milliseconds since 1970; 0 before the first. */
  lastAt = 0;

  constructor(endpoint: string, version: VersionNumber, arm: ServedArm) {
    this.endpoint = endpoint;
    this.version = version;
    this.arm = arm;
  }
}

/** Adds one to a count by name. */
export function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The tallies of a process. */
export interface Tallies {
  of(split: Pick<Split, 'endpoint'>, route: Route): Tally;
  all(): readonly Tally[];
}

/** Finds a tally by three look-ups, without making a key of text for every request. */
export function createTallies(): Tallies {
  const endpoints = new Map<string, Map<VersionNumber, Map<ServedArm, Tally>>>();
  return {
    of: ({ endpoint }, { arm, version: { version } }) => {
      const versions = valueOf(endpoints, endpoint, () => new Map<VersionNumber, Map<ServedArm, Tally>>());
      const arms = valueOf(versions, version, () => new Map<ServedArm, Tally>());
      return valueOf(arms, arm, () => new Tally(endpoint, version, arm));
    },
    all: () =>
      [...endpoints.values()].flatMap((versions) => [...versions.values()].flatMap((arms) => [...arms.values()])),
  };
}

function valueOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
