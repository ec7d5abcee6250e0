import type { Digest, Timestamp } from '../ids.js';
import type { LatencyHistogram } from '../observation/latency-histogram.js';
import type { SplitCounts } from '../statistics/sample-ratio.js';
import type { VersionRef } from '../traffic/split.js';
import type { MetricRole, MetricRule } from './plan.js';

/**
 * `ok` and `superior`: shown. `harm` and `inferior`: worse than is accepted. `undecided`: the sample is there, neither is shown
 * yet. `exhausted`: the plan has ended without either. `futile`: it would, most likely.
 */
export type MetricState =
  | 'ok'
  | 'harm'
  | 'inferior'
  | 'superior'
  | 'immature'
  | 'undecided'
  | 'exhausted'
  | 'futile'
  | 'noData'
  | 'error';
export type VerdictKind = 'pass' | 'fail' | 'inconclusive' | 'error';
export type RolloutAction = 'advance' | 'continue' | 'hold' | 'rollBack';

/** What one arm showed. `value` is the metric itself; `null` where there is nothing to compute it from. */
export interface ArmObservation {
  readonly n: number;
  readonly value: number | null;
  /** Sum over the `n` observations: of events for a share. */
  readonly sum?: number;
  readonly sumSquares?: number;
}

/** Items that both models answered, by who was right. */
export interface PairObservation {
  readonly n: number;
  readonly championOnly: number;
  readonly challengerOnly: number;
}

/** How far the planned looks of one metric have come. */
export interface PlannedLooks {
  /** Information fractions at which looks were taken. */
  readonly fractions: readonly number[];
  /** Statistic and boundary of the last of them; `null` before the first. */
  readonly statistic: number | null;
  readonly boundary: number | null;
  readonly ended: 'shown' | 'missed' | 'futile' | null;
}

/** The numbers behind a state. */
export interface Judgement {
  /** Always-valid p of "not worse by more than the margin"; `null` where that is not asked. */
  readonly harmP: number | null;
  /** Always-valid p of "within the hard limit". */
  readonly limitP: number | null;
  /** Level of both: at or below it is harm. */
  readonly harmAlpha: number;
  readonly rule: MetricRule;
  /** Level of the promotion, over all its looks. */
  readonly alpha: number;
  /** Fraction of the plan's information that is there, 0 to 1. */
  readonly information: number;
  readonly looks: PlannedLooks;
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
  readonly pairs?: PairObservation;
  /** Absent where nothing could be tested, and in looks from before the tests. */
  readonly judgement?: Judgement;
}

/** What one epoch's split gave its arms, champion first. */
export interface SplitOfEpoch extends SplitCounts {
  readonly epoch: number;
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
  | 'notYetShown'
  | 'futile'
  | 'labelsImmature'
  | 'allMet'
  | 'planExhausted';

/** Input of the decision lattice: plain data, stored with its output so that anyone can recompute it. */
export interface LookInput {
  readonly metrics: readonly MetricAssessment[];
  /** p-value of the sample-ratio test over all splits so far; `null` when a step does not split traffic. */
  readonly sampleRatioP: number | null;
  /** Counts behind it: of every epoch of the rollout, this look's last. */
  readonly splits?: readonly SplitOfEpoch[];
  /** Latencies of both arms, from which the latency metrics were judged. */
  readonly latency?: { readonly champion: LatencyHistogram; readonly challenger: LatencyHistogram };
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
