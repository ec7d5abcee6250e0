export { type AssessInput, assess } from './assess.js';
export { decide, telemetryGapMilliseconds } from './decide.js';
export type {
  ArmObservation,
  Decision,
  Evidence,
  EvidenceKind,
  Judgement,
  LookInput,
  MetricAssessment,
  MetricState,
  PairObservation,
  PlannedLooks,
  ReasonCode,
  RolloutAction,
  SplitOfEpoch,
  VerdictKind,
} from './evidence.js';
export { type FreezeWindow, freezeProblem, frozenUntil } from './freeze.js';
export { hostOf, type RolloutGate } from './gates.js';
export { decisionFor } from './guard-only.js';
export { isHardBreach } from './hard-breach.js';
export type { HeaderMatch, HeaderRoute, HeaderValue } from './header-route.js';
export { headerRulesOf, routesAfter } from './header-routes.js';
export { type InterventionKind, rerunProblem, skipProblem } from './interventions.js';
export { type LookAtInput, lookAt, shadowRequestsMetric } from './look-at.js';
export {
  type ArmTotal,
  isObservable,
  type LabelTotal,
  type Observed,
  type ObservedArms,
  observeArms,
  type PairedLabels,
} from './observe.js';
export { explainRollout, type OutcomePoint, type OutcomeSeries, type RolloutOutcome } from './outcome.js';
export type {
  MetricDirection,
  MetricRole,
  MetricRule,
  NewVersionRule,
  RolloutMetricSpec,
  RolloutPlan,
  RolloutStepSpec,
} from './plan.js';
export { planOf } from './plan-of.js';
export { type JudgedPlan, planProblems } from './plan-problems.js';
export { futilePower, isDue, noLooks, takeLook } from './planned-looks.js';
export { type RollbackProfile, retreatWeights } from './retreat.js';
export { type MetricRisk, riskOf, usualAlpha, usualLooks, usualPower } from './risk.js';
export type { OpenAnalysis, Rollout, RolloutHold, RolloutOutcomeKind, RolloutStatus } from './rollout.js';
export {
  needsOf,
  type RolloutMetricName,
  type RolloutMetricNeeds,
  rolloutMetricNames,
  rolloutMetricNeeds,
} from './rollout-metrics.js';
export { describeStep, kindOf, type StepKind, weightAfter } from './steps.js';
export {
  type AbTestStrategy,
  type BlueGreenStrategy,
  expandStrategy,
  heldUntilSample,
  type LinearStrategy,
  type ShadowOnlyStrategy,
  type Strategy,
  usualShadow,
} from './strategy.js';
