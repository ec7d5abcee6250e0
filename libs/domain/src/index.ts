export type { Cell, Row } from './data/row.js';
export {
  type Anomaly,
  type ColumnKind,
  type ColumnSchema,
  type ColumnStatistics,
  type ColumnStorage,
  type DatasetSplit,
  type DatasetVersion,
  maximumCategories,
  type SplitPart,
  type TableSchema,
  type TableStatistics,
} from './data/table.js';
export { type Duration, milliseconds, parseDuration } from './duration.js';
export type {
  CalibrationBin,
  Estimate,
  EvaluationReport,
  EvaluationSummary,
  FairnessResult,
  GateResult,
  PairedComparison,
  SliceResult,
} from './evaluation/evaluation.js';
export { type Digest, isDigest, isName, type Percent, type RunId, type Timestamp, type VersionNumber } from './ids.js';
export { canonicalJson, type Json } from './json.js';
export type { ArmSums, Feedback, Prediction, PredictionRecord, ServedArm } from './observation/prediction.js';
export type {
  ApprovalSpec,
  ChampionGateSpec,
  DataFormat,
  DataSpec,
  EvaluationSpec,
  GateSpec,
  Goal,
  ModelProject,
  ProjectSpec,
  RolloutSpec,
  ServingSpec,
  SplitSpec,
  Task,
  ThresholdGateSpec,
  TrainingSpec,
  TriggerSpec,
  ValidationRule,
} from './project/project-spec.js';
export type { Alias, Lineage, ModelVersion, Stage } from './registry/model-version.js';
export type {
  ModelSignature,
  OutputRole,
  SignatureInput,
  SignatureOutput,
  TensorType,
  TrainerModel,
} from './registry/signature.js';
export type {
  ArmObservation,
  Decision,
  Evidence,
  EvidenceKind,
  LookInput,
  MetricAssessment,
  MetricState,
  ReasonCode,
  RolloutAction,
  VerdictKind,
} from './rollout/evidence.js';
export type { MetricDirection, MetricRole, RolloutMetricSpec, RolloutPlan, RolloutStepSpec } from './rollout/plan.js';
export type { OpenAnalysis, Rollout, RolloutOutcomeKind, RolloutStatus } from './rollout/rollout.js';
export type { Arm, ArmRole, Split, SplitDraft, SplitState, VersionRef } from './traffic/split.js';
export type { JobOutcome, JobProgress, JobSpec, OutputManifest } from './training/job.js';
