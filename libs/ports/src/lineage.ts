import type {
  Digest,
  EvidenceKind,
  Machine,
  ModelVersion,
  RolloutAction,
  RolloutStatus,
  RunId,
  SourceState,
  Stage,
  Timestamp,
  VerdictKind,
  VersionRef,
} from '@laurel/domain';

/** What somebody wants to know the origin of. */
export type LineageSubject =
  | { readonly kind: 'prediction'; readonly id: string }
  | { readonly kind: 'version'; readonly project: string; readonly version: number }
  | { readonly kind: 'package'; readonly digest: Digest }
  | { readonly kind: 'run'; readonly runId: RunId }
  | { readonly kind: 'dataset'; readonly dataset: string; readonly version: number };

/** An answered row, as far as it says who answered. */
export interface PredictionOrigin {
  readonly id: string;
  readonly at: Timestamp;
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: string;
  readonly version: number;
  readonly digest: Digest;
}

export interface DataOrigin {
  readonly dataset: string;
  readonly version: number;
  readonly digest: Digest;
  readonly rows: number;
  readonly source: string;
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
}

export interface RunOrigin {
  readonly runId: RunId;
  readonly project: string;
  readonly trigger: string | null;
  readonly status: string | null;
  readonly startedAt: Timestamp | null;
  readonly endedAt: Timestamp | null;
  readonly parameters: { readonly [name: string]: unknown } | null;
  readonly seed: number | null;
  readonly code: Pick<SourceState, 'commit' | 'branch' | 'dirty'> & { readonly digest: Digest | null };
  readonly environment: Digest | null;
  readonly machine: Machine | null;
}

export interface EvidenceOrigin {
  readonly id: string;
  readonly kind: EvidenceKind;
  readonly step: number | null;
  readonly at: Timestamp;
  readonly verdict: VerdictKind;
  readonly action: RolloutAction;
}

/** What an approver decided. */
interface ApprovalOrigin {
  readonly by: string;
  readonly at: Timestamp;
  readonly decision: 'granted' | 'rejected';
  readonly reason: string | null;
  readonly evidenceId: string;
}

/** One attempt to make a version the champion. */
export interface RolloutOrigin {
  readonly id: string;
  readonly endpoint: string;
  readonly status: RolloutStatus;
  readonly cause: string | null;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly approvals: readonly ApprovalOrigin[];
  /** The newest; `evidenceCount` counts all. */
  readonly evidence: readonly EvidenceOrigin[];
  readonly evidenceCount: number;
}

/** A time as champion. */
export interface Reign {
  readonly endpoint: string;
  readonly crownedAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly evidenceId: string;
  /** The champion before it; `null` for the first. */
  readonly replaced: VersionRef | null;
}

export interface VersionOrigin
  extends Pick<ModelVersion, 'project' | 'version' | 'semver' | 'digest' | 'algorithm' | 'createdAt' | 'gatesPassed'> {
  readonly stage: Stage;
  readonly aliases: readonly string[];
  readonly parents: readonly Digest[];
  readonly gates: readonly EvidenceOrigin[];
  readonly rollouts: readonly RolloutOrigin[];
  readonly reigns: readonly Reign[];
}

/** One training and what came of it. */
export interface LineageItem {
  readonly run: RunOrigin;
  readonly data: DataOrigin | null;
  /** `null` when the run registered none. */
  readonly version: VersionOrigin | null;
}

/** Where things come from. One query answers each call. */
export interface LineageStore {
  /** Newest first; more than one item only for a dataset, then at most `limit`. Empty when nobody knows the subject. */
  trace(
    subject: Exclude<LineageSubject, { readonly kind: 'prediction' }>,
    limit: number,
  ): Promise<readonly LineageItem[]>;
  /** A prediction that a rollout kept; the others are in the prediction log only. */
  findPrediction(id: string): Promise<PredictionOrigin | undefined>;
}
