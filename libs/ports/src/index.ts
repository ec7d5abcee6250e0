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
  ApprovalRecord,
  Approvals,
  Audit,
  AuditEvent,
  Datasets,
  Events,
  EvidenceStore,
  IdempotencyKeys,
  Page,
  PageRequest,
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
  AttemptKey,
  AttemptSighting,
  MetricPoint,
  RecordedCause,
  RunAttempt,
  TrainingRecords,
} from './training-records.js';
