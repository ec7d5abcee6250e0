import type { Digest, RunId, Timestamp } from '../ids.js';
import type { TrainerParameters } from './sweep-spec.js';

/** `pruned`: stopped early because it was behind; no failure. */
export type TrialState = 'running' | 'complete' | 'pruned' | 'failed' | 'cancelled';

/** How a trial ended. `values` are the objectives' in their order; `package` is what would be registered. */
export type TrialResult =
  | { readonly kind: 'complete'; readonly values: readonly number[]; readonly package: Digest }
  | { readonly kind: 'pruned'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'cancelled' };

/** One run of a sweep. */
export interface Trial {
  readonly sweep: RunId;
  /** From 0, in the order of asking. */
  readonly number: number;
  readonly runId: RunId;
  /** The searched parameters only. */
  readonly parameters: TrainerParameters;
  readonly state: TrialState;
  /** Of a complete trial. */
  readonly values: readonly number[] | null;
  readonly package: Digest | null;
  /** Last step the trainer reported. */
  readonly steps: number;
  /** Time it trained times the GPUs it held. */
  readonly gpuMilliseconds: number;
  readonly code: string | null;
  readonly message: string | null;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
}

/** Trials by how they stand. */
export type TrialCounts = { readonly [state in TrialState]: number };

/** Counts trials by their state. */
export function countTrials(trials: readonly Pick<Trial, 'state'>[]): TrialCounts {
  const counts = { running: 0, complete: 0, pruned: 0, failed: 0, cancelled: 0 };
  for (const { state } of trials) counts[state] += 1;
  return counts;
}
