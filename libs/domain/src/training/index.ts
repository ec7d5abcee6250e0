export {
  type AttemptDecision,
  type AttemptEnd,
  type AttemptHistory,
  type AttemptPolicy,
  attemptPolicy,
  firstAttempt,
  nextAttempt,
  pendingMilliseconds,
} from './attempts.js';
export { type CheckpointChoice, chooseCheckpoint, type ListedCheckpoint } from './checkpoint-choice.js';
export { circumstanceDifferences, type EnvironmentLocks } from './circumstance-differences.js';
export type {
  Circumstances,
  Difference,
  Machine,
  MadeCircumstances,
  PlannedCircumstances,
  RanOn,
  Repetition,
  SourceState,
} from './circumstances.js';
export { addCost, type Cost, hourlyPrice, type JobUse, type Prices, useOf } from './cost.js';
export { type EndCode, type EndRule, endRules } from './end-rules.js';
export {
  type LockChanges,
  lockChanges,
  lockLines,
  type Requirements,
  requirementsOf,
} from './environment-lock.js';
export { type SignsOfLife, signsAfter, signsAtStart, silentFor } from './hang-watch.js';
export type {
  JobData,
  JobOutcome,
  JobProgress,
  JobResources,
  JobSpec,
  OutputManifest,
  Placement,
} from './job.js';
export type { EndCause } from './job-end.js';
export { memoryBytes, resourcesOf } from './job-resources.js';
export { addSample, type Pace, type PaceSample, paceOf } from './pace.js';
export { type PredictionColumns, predictionDifference } from './prediction-difference.js';
export type { TrainingProgress } from './progress.js';
export {
  failureCauses,
  failureIn,
  progressAfter,
  progressAtStart,
  type TrainerFailure,
} from './progress-watch.js';
export { repetitionText } from './repetition-text.js';
export type { RunKind } from './run-kind.js';
