export type {
  ApplySplit,
  BeginRollout,
  Crown,
  EntityActivities,
  PromoteModel,
  RestoreSplit,
  RolloutActivities,
  RolloutStart,
} from './activities/rollout-activities.js';
export type {
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
  type VerdictChange,
  verdictChanged,
} from './messages/endpoint.js';
export {
  type ModelLifecycleState,
  modelState,
  type ScheduledCheck,
  type TrainingStep,
  type TriggerEvent,
  type TriggerKind,
  trainingSteps,
  triggerFired,
} from './messages/model-lifecycle.js';
export { packageFiles } from './package-files.js';
export { searchAttributes } from './search-attributes.js';
export type { StandaloneFacts, StandaloneMessage, StandaloneModel } from './standalone.js';
export { type TaskQueue, taskQueues } from './task-queues.js';
export { timeScaleMemo } from './time-scale.js';
export { finalExits, parityTolerance, trainerExit, trainerFiles, trainerProtocol } from './trainer-protocol.js';
export { rolloutId, scheduleIds, workflowIds } from './workflow-ids.js';
