import type { ErrorCode } from '@laurel/contracts';
import type { ServedArm, Split, VersionNumber } from '@laurel/domain';
import type { Served } from '../predictions.js';
import { Durations } from './durations.js';

/** What one version did as one arm of an endpoint since this process started. */
export class Tally {
  readonly endpoint: string;
  readonly version: VersionNumber;
  readonly arm: ServedArm;
  ok = 0;
  /** Requests that the version failed, by error code. */
  readonly failed = new Map<ErrorCode, number>();
  failedMilliseconds = 0;
  /** Rows that the version itself answered. */
  rows = 0;
  /** Rows that another arm or the baseline answered in its place. */
  fallbackRows = 0;
  /** Requests that were answered so, by who answered. */
  readonly fallbacks = new Map<ServedArm, number>();
  readonly durations = new Durations();
  /** Milliseconds since 1970; 0 before the first. */
  lastAt = 0;

  constructor(endpoint: string, version: VersionNumber, arm: ServedArm) {
    this.endpoint = endpoint;
    this.version = version;
    this.arm = arm;
  }

  add({ answer, failure, milliseconds, request, at }: Counted): void {
    this.durations.add(milliseconds);
    this.lastAt = at;
    if (failure === null) this.ok += 1;
    else {
      countOne(this.failed, failure.code);
      this.failedMilliseconds += milliseconds;
    }
    if (answer === null) return;
    if (answer.fallback) {
      countOne(this.fallbacks, answer.arm);
      this.fallbackRows += request.rows;
    } else this.rows += request.rows;
  }
}

type Counted = Pick<Served, 'split' | 'chosen' | 'answer' | 'failure' | 'milliseconds' | 'request' | 'at'>;

/** Everything that is counted of requests, once per request. */
export interface Tallies {
  served(served: Counted): void;
  /** A request for an endpoint that is served was neither answered nor held against a version. */
  refused(split: Pick<Split, 'endpoint'>, code: ErrorCode): void;
  all(): readonly Tally[];
  /** Tallies of the arms that a version has been. */
  ofVersion(endpoint: string, version: VersionNumber): readonly Tally[];
  refusals(): ReadonlyMap<string, ReadonlyMap<ErrorCode, number>>;
}

/** Finds a tally by three look-ups, without making a key of text for every request. */
export function createTallies(): Tallies {
  const endpoints = new Map<string, Map<VersionNumber, Map<ServedArm, Tally>>>();
  const refusals = new Map<string, Map<ErrorCode, number>>();
  return {
    served: (served) => {
      const { endpoint } = served.split;
      const { arm, version } = served.chosen;
      const versions = valueOf(endpoints, endpoint, () => new Map<VersionNumber, Map<ServedArm, Tally>>());
      const arms = valueOf(versions, version.version, () => new Map<ServedArm, Tally>());
      valueOf(arms, arm, () => new Tally(endpoint, version.version, arm)).add(served);
    },
    refused: ({ endpoint }, code) =>
      countOne(
        valueOf(refusals, endpoint, () => new Map<ErrorCode, number>()),
        code,
      ),
    all: () =>
      [...endpoints.values()].flatMap((versions) => [...versions.values()].flatMap((arms) => [...arms.values()])),
    ofVersion: (endpoint, version) => [...(endpoints.get(endpoint)?.get(version)?.values() ?? [])],
    refusals: () => refusals,
  };
}

function countOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function valueOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
