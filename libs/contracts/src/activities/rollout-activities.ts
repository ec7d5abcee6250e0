import type {
  FreezeWindow,
  HeaderRoute,
  OpenAnalysis,
  RolloutOutcomeKind,
  RolloutPlan,
  Split,
  VersionRef,
} from '@laurel/domain';
import type { PromotionRequest } from '../messages/endpoint.js';

export interface BeginRollout {
  readonly endpoint: string;
  readonly project: string;
  readonly incarnation: number;
  readonly challenger: VersionRef;
  readonly plan: RolloutPlan;
  /** Who asked for it; not given by workflows of former versions. */
  readonly requestedBy?: string;
}

export interface RolloutStart {
  /** The committed split as it was before; `null` for an endpoint that never served. */
  readonly before: Split | null;
  readonly champion: VersionRef | null;
  /** Stored PASS of the gates, bound to the challenger's digest. */
  readonly gateEvidenceId: string;
}

/** A split to make current: prepared, acknowledged by every live serving process, committed. */
export interface ApplySplit {
  readonly endpoint: string;
  readonly fence: number;
  /** Names this change within the rollout; the same change asked twice is made once. */
  readonly changeId: string;
  readonly challenger: VersionRef;
  readonly weight: number;
  readonly shadowSample: number;
  /** Routes to the challenger that stand beside its weight; absent: none. */
  readonly headerRoutes?: readonly HeaderRoute[];
  readonly reason: string;
}

export interface Crown {
  readonly endpoint: string;
  readonly project: string;
  readonly incarnation: number;
  readonly fence: number;
  readonly challenger: VersionRef;
  /** Evidence with a PASS for this digest. */
  readonly evidenceId: string;
}

export interface RestoreSplit {
  readonly endpoint: string;
  readonly project: string;
  readonly incarnation: number;
  readonly fence: number;
  readonly challenger: VersionRef;
  readonly reason: string;
}

/** Input of `promoteModel`. */
export interface PromoteModel extends BeginRollout {
  readonly requestedBy: string;
}

/** What people and the clock say about a promotion, by what is stored. Times are left to come, in milliseconds. */
export interface PromotionReading {
  readonly may: boolean;
  readonly approvers: number;
  readonly rejected: boolean;
  /** Why it may not promote, in one clause; `''` when it may. */
  readonly missing: string;
  /** Below zero when the time for approvals is over. */
  readonly expiresIn: number;
  /** Until a window opens, when nothing but an open one is missing; else `null`. */
  readonly opensIn: number | null;
}

/** Keyed writes of a rollout. */
export interface RolloutActivities {
  /** Highest fence the endpoint has seen; 0 for one that never had a rollout. */
  readFence(input: { readonly endpoint: string }): Promise<number>;
  beginRollout(input: BeginRollout): Promise<RolloutStart>;
  /** Writes the prepared epoch that serving processes load from; returns its number. Idempotent by `changeId`. */
  prepareSplit(input: ApplySplit): Promise<{ readonly epoch: number }>;
  /** Waits, with heartbeats, until every live process has loaded what the prepared epoch names. */
  awaitReadiness(input: { readonly endpoint: string; readonly epoch: number }): Promise<{ readonly processes: number }>;
  /** Makes the prepared epoch current. */
  commitSplit(input: { readonly endpoint: string; readonly epoch: number; readonly fence: number }): Promise<Split>;
  openAnalysis(input: OpenAnalysis): Promise<void>;
  /** Reads the stored decisions; nothing that a workflow was told counts. */
  readPromotion(input: { readonly rollout: string }): Promise<PromotionReading>;
  /** Milliseconds until the challenger's share may grow again, in which it is worth to ask again; `null` when it may. */
  readFreeze(input: { readonly windows: readonly FreezeWindow[] }): Promise<{ readonly thawsIn: number | null }>;
  recordStep(input: { readonly rollout: string; readonly step: number; readonly phase: string }): Promise<void>;
  /** One transaction: champion, split, alias, stage, audit, evidence. */
  crownChampion(input: Crown): Promise<Split>;
  /** Back to what was before the rollout: split, alias, stage. Harmless when nothing had changed. */
  restoreSplit(input: RestoreSplit): Promise<Split | null>;
  endRollout(input: {
    readonly rollout: string;
    readonly outcome: RolloutOutcomeKind;
    readonly cause: string | null;
    readonly evidenceId: string | null;
  }): Promise<void>;
  /** Makes the previous champion champion again, by hand. */
  rollBackChampion(input: {
    readonly endpoint: string;
    readonly incarnation: number;
    readonly by: string;
    readonly reason: string;
  }): Promise<VersionRef | null>;
}

/** Asks another entity; effects in Temporal itself. */
export interface EntityActivities {
  requestRollout(
    input: Omit<PromotionRequest, 'plan'> & { readonly endpoint: string; readonly plan: RolloutPlan },
  ): Promise<{ readonly workflowId: string }>;
}
