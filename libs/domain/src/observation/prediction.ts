import type { Cell } from '../data/row.js';
import type { Digest, Timestamp, VersionNumber } from '../ids.js';

export type ServedArm = 'champion' | 'challenger' | 'shadow' | 'baseline' | 'pinned';

/** What a model said about one row. Classification fills `label`, `probabilities`; regression fills `value`. */
export interface Prediction {
  readonly label: string | null;
  readonly probabilities: readonly number[] | null;
  readonly value: number | null;
}

/** One answered request row as it is kept while a rollout is open. */
export interface PredictionRecord {
  readonly predictionId: string;
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly version: VersionNumber;
  readonly digest: Digest;
  readonly at: Timestamp;
  readonly stickyKeyHash: number | null;
  readonly label: string | null;
  readonly value: number | null;
  readonly confidence: number | null;
  readonly latencyMilliseconds: number;
  readonly status: 'ok' | 'error';
  readonly fallback: boolean;
  /** For a shadow copy: the prediction it mirrors. */
  readonly shadowOf: string | null;
}

/** The truth that arrives later. The first label for a prediction counts; later ones that differ are counted. */
export interface Feedback {
  readonly predictionId: string;
  readonly truth: Cell;
  readonly at: Timestamp;
  readonly source: string;
}

/** Sums of one arm over one second in one serving process. */
export interface ArmSums {
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly version: VersionNumber;
  readonly process: string;
  /** Whole seconds since 1970. */
  readonly second: number;
  readonly requests: number;
  readonly errors: number;
  /** Shadow only: copies whose label (or value beyond tolerance) differs from the primary's. */
  readonly disagreements: number;
  /** Sparse latency histogram, bucket index to count; see `latency-histogram.ts`. */
  readonly latency: { readonly [bucket: string]: number };
}
