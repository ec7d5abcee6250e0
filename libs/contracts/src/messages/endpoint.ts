import type {
  InterventionKind,
  RolloutAction,
  RolloutHold,
  RolloutOutcomeKind,
  RolloutPlan,
  VersionRef,
} from '@laurel/domain';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

export interface PromotionRequest {
  /** Idempotency key: the same request asked again is accepted once. */
  readonly requestId: string;
  readonly project: string;
  readonly challenger: VersionRef;
  readonly plan: RolloutPlan;
  readonly requestedBy: string;
}

export interface PromotionAccepted {
  readonly requestId: string;
  readonly incarnation: number;
  readonly workflowId: string;
}

export interface OperatorOrder {
  readonly kind: 'abort' | 'promote' | 'pause' | 'resume' | InterventionKind;
  /** For `skip` and `rerun`: the step that is meant; an order about another one than that in progress has no effect. */
  readonly step?: number;
  readonly by: string;
  readonly reason: string;
}

export interface RollBackOrder {
  readonly requestId: string;
  readonly by: string;
  readonly reason: string;
}

export interface QueuedPromotion extends PromotionRequest {
  readonly incarnation: number;
}

/** State of the entity `endpoint/<name>`; plain JSON, carried over continue-as-new. */
export interface EndpointState {
  readonly schema: 1;
  readonly endpoint: string;
  /** Number of the last rollout; also its fence. */
  readonly incarnation: number;
  readonly queue: readonly QueuedPromotion[];
  readonly current: QueuedPromotion | null;
  /** Set when an undo failed: no promotion until an operator clears it. */
  readonly needsOperator: string | null;
  /** Request ids already accepted, newest last, at most 50. */
  readonly recent: readonly { readonly requestId: string; readonly incarnation: number }[];
}

/** A changed verdict of the watcher; `evidenceId` names the stored look. */
export interface VerdictChange {
  readonly step: number;
  readonly epoch: number;
  readonly action: RolloutAction;
  readonly evidenceId: string;
  readonly reasons: readonly string[];
  readonly metrics: readonly string[];
}

/** A newer version has been accepted that is not to wait. */
export interface Supersession {
  readonly version: number;
  readonly incarnation: number;
}

export interface ApprovalGrant {
  readonly by: string;
  readonly evidenceId: string;
  readonly approvers: number;
}

export interface RolloutProgress {
  readonly step: number;
  readonly phase: string;
  readonly weight: number;
  readonly paused: boolean;
  readonly hold?: RolloutHold | null;
}

export interface PromotionOutcome {
  readonly kind: RolloutOutcomeKind;
  readonly cause: string | null;
  readonly evidenceId: string | null;
}

export const requestPromotion = defineUpdate<PromotionAccepted, [PromotionRequest]>('requestPromotion');
export const rollBackEndpoint = defineUpdate<{ readonly restored: VersionRef | null }, [RollBackOrder]>(
  'rollBackEndpoint',
);
export const orderRollout = defineUpdate<{ readonly incarnation: number }, [OperatorOrder]>('orderRollout');
export const clearEndpoint = defineUpdate<{ readonly cleared: boolean }, [{ readonly by: string }]>('clearEndpoint');
export const endpointState = defineQuery<EndpointState>('endpointState');

export const verdictChanged = defineSignal<[VerdictChange]>('verdictChanged');
export const operatorOrdered = defineSignal<[OperatorOrder]>('operatorOrdered');
export const rolloutSuperseded = defineSignal<[Supersession]>('rolloutSuperseded');
export const approvalGranted = defineSignal<[ApprovalGrant]>('approvalGranted');
export const rolloutProgress = defineQuery<RolloutProgress>('rolloutProgress');
