import type { RunId, Timestamp } from '../ids.js';
import type { SweepSpec } from './sweep-spec.js';

/** `asked`: stored, not yet begun. `registered`: the best trial's model is a version. */
export type SweepStatus = 'asked' | 'running' | 'registered' | 'rejected' | 'failed' | 'cancelled';

/** How much each parameter explains of an objective's differences: shares that sum to 1, largest first. */
export interface ParameterImportance {
  readonly objective: string;
  readonly shares: readonly { readonly parameter: string; readonly share: number }[];
}

/** A search and what became of it. */
export interface Sweep {
  /** The run that the trials are nested in. */
  readonly runId: RunId;
  readonly project: string;
  readonly spec: SweepSpec;
  readonly requestedBy: string;
  /** Whether the best version is rolled out when its gates pass. */
  readonly rollOut: boolean;
  readonly status: SweepStatus;
  /** Empty until enough trials are complete. */
  readonly importance: readonly ParameterImportance[];
  /** Number of the registered trial. */
  readonly registeredTrial: number | null;
  readonly version: number | null;
  /** Why no more trials were started before `spec.trials`, or why there is no version. */
  readonly code: string | null;
  readonly message: string | null;
  readonly askedAt: Timestamp;
  readonly endedAt: Timestamp | null;
}
