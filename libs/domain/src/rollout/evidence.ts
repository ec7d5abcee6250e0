import type { Digest, Timestamp } from '../ids.js';
import type { VersionRef } from '../traffic/split.js';
import type { MetricRole } from './plan.js';

export type MetricState = 'ok' | 'harm' | 'inferior' | 'superior' | 'immature' | 'noData' | 'error';
export type VerdictKind = 'pass' | 'fail' | 'inconclusive' | 'error';
export type RolloutAction = 'advance' | 'continue' | 'hold' | 'rollBack';

/** What one arm showed. `value` is the metric itself; `null` where there is nothing to compute it from. */
export interface ArmObservation {
  readonly n: number;
  readonly value: number | null;
}

export interface MetricAssessment {
  readonly name: string;
  readonly role: MetricRole;
  readonly champion: ArmObservation;
  readonly challenger: ArmObservation;
  readonly margin: number | null;
  readonly hardLimit: number | null;
  readonly minimumSample: number;
  readonly state: MetricState;
  /** The challenger is beyond its hard limit on a sound sample. */
  readonly hardBreach: boolean;
}

/** Why a look decided as it did. */
export type ReasonCode =
  | 'hardLimit'
  | 'ejected'
  | 'guardrailHarm'
  | 'decisionInferior'
  | 'sampleRatioMismatch'
  | 'telemetryGap'
  | 'metricError'
  | 'nothingMeasured'
  | 'belowSample'
  | 'labelsImmature'
  | 'allMet'
  | 'planExhausted';

/** Input of the decision lattice: plain data, stored with its output so that anyone can recompute it. */
export interface LookInput {
  readonly metrics: readonly MetricAssessment[];
  /** p-value of the sample-ratio test; `null` when a step does not split traffic. */
  readonly sampleRatioP: number | null;
  /** Serving processes that refused the challenger on their own. */
  readonly ejections: number;
  /** Milliseconds since the newest sums of any process. */
  readonly telemetryAgeMilliseconds: number | null;
  readonly planExhausted: boolean;
}

export interface Decision {
  readonly verdict: VerdictKind;
  readonly action: RolloutAction;
  readonly reasons: readonly ReasonCode[];
  /** Metrics that led to the decision. */
  readonly metrics: readonly string[];
}

export type EvidenceKind = 'gate' | 'look' | 'approval' | 'crowning' | 'rollback';

/** One stored fact about why something was, or was not, promoted. Append-only. */
export interface Evidence {
  readonly id: string;
  readonly kind: EvidenceKind;
  readonly endpoint: string;
  /** `<endpoint>/<incarnation>`; `null` for evidence that belongs to no rollout. */
  readonly rollout: string | null;
  readonly step: number | null;
  readonly look: number | null;
  readonly at: Timestamp;
  readonly epoch: number | null;
  readonly champion: VersionRef | null;
  readonly challenger: VersionRef;
  readonly policyDigest: Digest | null;
  readonly input: LookInput | null;
  readonly decision: Decision;
  readonly codeVersion: string;
}
