import type { Pinning } from './cores.js';
import type { Fixtures } from './fixtures.js';
import type { Target } from './http-connection.js';
import type { Scenario } from './scenarios.js';

/** What a candidate is started with. */
export interface Ground {
  readonly fixtures: Fixtures;
  /** A folder of its own for this run, which other users may pass through. */
  readonly folder: string;
  readonly pinning: Pinning;
  /** The trainers' interpreter, on whose Python the environments of the Python servers are based; `null` for none. */
  readonly python: string | null;
  readonly say: (line: string) => void;
}

/** A server under test that is up. */
export interface RunningCandidate {
  readonly http: Target | null;
  readonly grpc: Target | null;
  /** Versions of what it is made of. */
  readonly versions: { readonly [name: string]: string };
  /** Stops it from using any processor time until `resume`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export type CandidateKind = 'ceiling' | 'node' | 'python' | 'laurel';

/** A server that can be measured. */
export interface Candidate {
  readonly name: string;
  readonly kind: CandidateKind;
  readonly title: string;
  takes(scenario: Scenario): boolean;
  /** Error: why it cannot be started here; it is left out then. */
  start(ground: Ground): Promise<RunningCandidate>;
}
