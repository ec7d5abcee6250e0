export type { ApprovalDecision, ApprovalRecord, Approvals } from './approvals.js';
export type {
  ArtifactEntry,
  ArtifactOwnerKey,
  Artifacts,
  ArtifactUpload,
  StoredArtifact,
} from './artifacts.js';
export type {
  Audit,
  AuditAnchor,
  AuditAnchors,
  AuditCheckpoint,
  AuditEntry,
  AuditEvent,
  AuditFault,
  AuditPlace,
  AuditStretch,
  AuditVerification,
  AuditWitness,
} from './audit.js';
export type { FileShare, OpenShare, ShareAddress, SourceReader, SourceRequest, Sources } from './data-sources.js';
export type { Fleet, VersionWish } from './fleet.js';
export type { JobLauncher } from './job-launcher.js';
export type {
  DataOrigin,
  EvidenceOrigin,
  LineageItem,
  LineageStore,
  LineageSubject,
  PredictionOrigin,
  Reign,
  RolloutOrigin,
  RunOrigin,
  VersionOrigin,
} from './lineage.js';
export type {
  ModelRegistry,
  NumberedVersion,
  RegisteredModel,
  RegisteredVersion,
  RegistrationEnd,
  RegistrationStatus,
  RegistryCondition,
  RegistryOrder,
  RegistrySearch,
  RegistryTag,
} from './model-registry.js';
export type { Batch, ModelProbe, ModelRunner, RunnableModel } from './model-runner.js';
export type { ObjectStore } from './object-store.js';
export type { ArmTotals, LabelTotals, Observations } from './observations.js';
export type { Orchestrator, TrainingTrigger } from './orchestrator.js';
export type {
  PackageDraft,
  PackageFile,
  PackageManifest,
  Packages,
  PackageVerification,
  VerifiedPackage,
} from './packages.js';
export type { ReleaseNote, ReleaseNotes } from './release-notes.js';
export type {
  ApiKey,
  ApiKeys,
  Datasets,
  Events,
  EvidenceStore,
  IdempotencyKeys,
  Page,
  PageRequest,
  PlacedVersion,
  PlatformEvent,
  Projects,
  Registry,
  Role,
  Rollouts,
  Run,
  RunChange,
  RunProgress,
  RunStatus,
  Runs,
  StoredAnswer,
  StoredProject,
  TriggerRecord,
  TriggerRequest,
  Triggers,
} from './repositories.js';
export type { EndpointView, Routing } from './routing.js';
export type { RunCircumstances, RunRecord } from './run-circumstances.js';
export type { KnownTrial, Sampler } from './sampler.js';
export type { CodeState, SourceCode } from './source-code.js';
export type { Sweeps } from './sweeps.js';
export type { ColumnTable, TableEngine } from './table-engine.js';
export type {
  DatasetInput,
  DatasetReference,
  Experiment,
  KeyValue,
  LifecycleStage,
  LoggedBatch,
  LoggedMetric,
  LoggedModel,
  LoggedModelStatus,
  LoggedModels,
  MeasuredModel,
  RunTokens,
  Searched,
  SearchRequest,
  TrackedRun,
  TrackedRunInfo,
  TrackedStatus,
  Tracking,
  ViewType,
} from './tracking.js';
export type { RoutedState, RouterReadiness, TrafficRouter, TrafficRouters } from './traffic-router.js';
export type {
  AttemptKey,
  AttemptSighting,
  MetricPoint,
  RecordedCause,
  RunAttempt,
  TrainingRecords,
} from './training-records.js';
export type {
  DeliveryResult,
  DeliveryState,
  DueDelivery,
  Gates,
  RedeliveryOrder,
  Seal,
  Webhook,
  WebhookAnswer,
  WebhookDelivery,
  WebhookSender,
  Webhooks,
} from './webhooks.js';
