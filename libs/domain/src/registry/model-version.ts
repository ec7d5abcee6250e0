import type { EvaluationSummary, GateResult } from '../evaluation/evaluation.js';
import type { Digest, RunId, Timestamp, VersionNumber } from '../ids.js';
import type { ModelSignature } from './signature.js';

export type Stage = 'None' | 'Staging' | 'Production' | 'Archived';
export type Alias = 'champion' | 'challenger' | 'baseline';

/** An immutable entry of the registry. Aliases and the stage point at it; they are not part of it. */
export interface ModelVersion {
  readonly project: string;
  readonly version: VersionNumber;
  readonly semver: string;
  /** Digest of the package's canonical manifest. */
  readonly digest: Digest;
  readonly runId: RunId;
  readonly signature: ModelSignature;
  readonly algorithm: string;
  readonly metrics: EvaluationSummary;
  readonly gates: readonly GateResult[];
  /** True when every gate passed: the PASS that allows a rollout to start. */
  readonly gatesPassed: boolean;
  readonly lineage: Lineage;
  /** The whole evaluation, in the object store; versions registered by former Laurels kept none. */
  readonly report?: Digest | null;
  readonly createdAt: Timestamp;
}

/** Where a version comes from. */
export interface Lineage {
  readonly dataset: { readonly name: string; readonly version: number; readonly digest: Digest };
  readonly code: { readonly commit: string | null; readonly branch: string | null; readonly dirty: boolean };
  readonly environment: Digest | null;
  readonly parents: readonly Digest[];
}
