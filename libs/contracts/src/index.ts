export type { GateActivities, GateFacts } from './activities/gate-activities.js';
export type {
  ProjectAttempt,
  ProjectJobActivities,
  ProjectRunActivities,
  ProjectRunOutcome,
  RunProject,
} from './activities/project-run-activities.js';
export type {
  CheckedContent,
  ContentActivities,
  DescribedColumn,
  PinnedContent,
  RegisterModel,
  RegistrationActivities,
  RegistrationKey,
  RegistrationOutcome,
} from './activities/registration-activities.js';
export type {
  CompareInput,
  Recalled,
  RecallInput,
  ReproductionActivities,
} from './activities/reproduction-activities.js';
export type {
  ApplySplit,
  BeginRollout,
  Crown,
  EntityActivities,
  PromoteModel,
  PromotionReading,
  RestoreSplit,
  RolloutActivities,
  RolloutStart,
} from './activities/rollout-activities.js';
export type {
  AskedTrial,
  AskTrial,
  BeginSweep,
  BestTrial,
  EndTrial,
  FollowTrial,
  MeasureTrial,
  RunTrial,
  SweepActivities,
  SweepModel,
  TrialMeasureActivities,
  TrialOutcome,
  TrialRef,
} from './activities/sweep-activities.js';
export type {
  AttemptInput,
  AttemptReport,
  CarriedTraining,
  DataActivities,
  DatasetRef,
  EvaluateInput,
  EvaluateOutput,
  JobActivities,
  ModelActivities,
  PackageInput,
  RegisterInput,
  RegistryActivities,
  SnapshotInput,
  SplitInput,
  StepContext,
  TrainInput,
  TrainingOutcome,
  TrainModel,
  TriggerActivities,
  ValidateInput,
} from './activities/training-activities.js';
export { codeVersion, defaultPorts, environment } from './environment.js';
export { type ErrorCode, type ErrorCodeEntry, errorCodes, isErrorCode, nonRetryableCodes } from './error-codes.js';
export { type ErrorDetail, isLaurelError, LaurelError } from './laurel-error.js';
export {
  type ApprovalGrant,
  approvalGranted,
  clearEndpoint,
  type EndpointState,
  endpointState,
  type OperatorOrder,
  operatorOrdered,
  orderRollout,
  type PromotionAccepted,
  type PromotionOutcome,
  type PromotionRequest,
  type QueuedPromotion,
  type RollBackOrder,
  type RolloutProgress,
  requestPromotion,
  rollBackEndpoint,
  rolloutProgress,
  rolloutSuperseded,
  type Supersession,
  type VerdictChange,
  verdictChanged,
} from './messages/endpoint.js';
export {
  type ModelLifecycleState,
  modelState,
  type Rerun,
  type ScheduledCheck,
  type TrainingStep,
  type TriggerEvent,
  type TriggerKind,
  trainingSteps,
  triggerFired,
} from './messages/model-lifecycle.js';
export {
  type SweepProgress,
  type SweepState,
  sweepProgress,
  type TrialStop,
  trialStopped,
} from './messages/sweep.js';
export { type TrainingState, trainingProgressed, trainingState } from './messages/training.js';
export { packageFiles, proofFiles } from './package-files.js';
export { searchAttributes } from './search-attributes.js';
export type { StandaloneFacts, StandaloneMessage, StandaloneModel } from './standalone.js';
export { type TaskQueue, taskQueues } from './task-queues.js';
export { timeScaleMemo } from './time-scale.js';
export {
  exitCauses,
  finalExits,
  parityTolerance,
  trainerExit,
  trainerFiles,
  trainerProtocol,
} from './trainer-protocol.js';
export { registrationTrigger, rolloutId, scheduleIds, workflowIdOfRun, workflowIds } from './workflow-ids.js';
