import type {
  ApprovalValues,
  Arm,
  Digest,
  RolloutHold,
  RolloutPlan,
  RolloutStatus,
  Split,
  SplitState,
  Stage,
  VersionRef,
} from '@laurel/domain';
import type { ColumnType } from 'kysely';
import type { JsonColumn, JsonText, NullableJsonColumn } from '../json-column.js';
import type { Sequence, WrittenAt } from './given-columns.js';

export interface EndpointsTable {
  readonly endpoint: string;
  readonly project: string;
  readonly fence: ColumnType<number, number | undefined, number>;
  readonly last_epoch: ColumnType<number, number | undefined, number>;
  readonly created_at: WrittenAt;
}

/** One row per reign; the open one names the champion. */
export interface ChampionsTable {
  readonly reign: Sequence;
  readonly endpoint: string;
  readonly project: string;
  readonly version: number;
  readonly digest: Digest;
  readonly semver: string;
  readonly incarnation: number;
  readonly evidence_id: string;
  /** The earlier reign that this one brings back after a rollback. */
  readonly restores: number | null;
  readonly crowned_at: WrittenAt;
  readonly ended_at: string | null;
}

export interface SplitsTable {
  readonly endpoint: string;
  readonly epoch: number;
  readonly state: SplitState;
  readonly fence: number;
  readonly incarnation: number;
  /** Names the change within its incarnation; the same change is written once. */
  readonly change_id: string;
  readonly arms: JsonColumn<readonly Arm[]>;
  readonly shadow: NullableJsonColumn<NonNullable<Split['shadow']>>;
  readonly sticky_key: string | null;
  readonly salt: string;
  readonly baseline: NullableJsonColumn<NonNullable<Split['baseline']>>;
  readonly policy: NullableJsonColumn<NonNullable<Split['policy']>>;
  readonly headers: NullableJsonColumn<NonNullable<Split['headers']>>;
  readonly applied_by: string;
  readonly applied_at: WrittenAt;
  readonly reason: string;
}

/** A version that is kept loaded though no split names it. */
export interface WarmVersionsTable {
  readonly endpoint: string;
  readonly version: number;
  readonly digest: Digest;
  readonly semver: string;
  readonly asked_by: string;
  readonly asked_at: WrittenAt;
}

/** What an endpoint and a challenger were like before a rollout. */
interface Standing {
  readonly epoch: number | null;
  readonly challengerAlias: number | null;
  readonly stage: Stage;
}

export interface RolloutsTable {
  readonly sequence: Sequence;
  readonly id: string;
  readonly endpoint: string;
  readonly project: string;
  readonly incarnation: number;
  readonly champion: NullableJsonColumn<VersionRef>;
  readonly challenger: JsonColumn<VersionRef>;
  readonly plan: JsonColumn<RolloutPlan>;
  readonly before: JsonColumn<Standing>;
  readonly status: ColumnType<RolloutStatus, RolloutStatus | undefined, RolloutStatus>;
  readonly step: ColumnType<number, number | undefined, number>;
  readonly cause: string | null;
  readonly evidence_id: string | null;
  /** People who asked for the version or the rollout, or applied the project. */
  readonly authors: ColumnType<readonly string[], JsonText<readonly string[]> | undefined, never>;
  readonly hold: NullableJsonColumn<RolloutHold>;
  readonly started_at: WrittenAt;
  readonly restored_at: string | null;
  readonly ended_at: string | null;
}

/** Decisions only grow; who decided twice has two rows. */
export interface ApprovalsTable {
  readonly sequence: Sequence;
  readonly rollout: string;
  readonly approver: string;
  readonly digest: Digest;
  readonly evidence_id: string;
  readonly decided_at: string;
  readonly decision: 'granted' | 'rejected';
  /** `null` for grants from before keys were remembered; they count no more. */
  readonly key_id: string | null;
  readonly reason: string | null;
  readonly form: JsonColumn<ApprovalValues>;
}

export interface OpenAnalysesTable {
  readonly rollout: string;
  readonly workflow_id: string;
  readonly endpoint: string;
  readonly step: number;
  readonly epoch: number;
  readonly mode: 'shadow' | 'canary';
  readonly settle: JsonColumn<readonly string[]>;
  readonly shadow_requests: number | null;
  readonly opened_at: string;
}
