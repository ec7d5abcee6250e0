import type { ApiKeysTable, IdempotencyKeysTable, PlatformEventsTable } from './tables/access.js';
import type { ArtifactPartsTable, ArtifactsTable, ArtifactUploadsTable } from './tables/artifacts.js';
import type {
  AuditCheckpointsTable,
  AuditEventsTable,
  AuditHeadTable,
  EvidenceTable,
} from './tables/evidence-and-audit.js';
import type {
  LoggedModelMetricsTable,
  LoggedModelsTable,
  LoggedModelTextsTable,
  RunDatasetsTable,
  RunModelsTable,
  RunTokenKeyTable,
  TrackedDatasetsTable,
} from './tables/logged-models.js';
import type {
  RegisteredAliasesTable,
  RegisteredModelsTable,
  RegisteredModelTagsTable,
  RegisteredVersionsTable,
  RegisteredVersionTagsTable,
} from './tables/model-registry.js';
import type {
  DatasetVersionsTable,
  ProjectsTable,
  RunsTable,
  StepOutputsTable,
  TriggersTable,
} from './tables/projects-and-runs.js';
import type { AliasesTable, ModelVersionsTable } from './tables/registry.js';
import type { ReleaseNotesTable } from './tables/release-notes.js';
import type {
  ApprovalsTable,
  ChampionsTable,
  EndpointsTable,
  OpenAnalysesTable,
  RolloutsTable,
  SplitsTable,
  WarmVersionsTable,
} from './tables/routing.js';
import type { RunCircumstancesTable } from './tables/run-circumstances.js';
import type {
  AcknowledgementsTable,
  ArmKeysTable,
  ArmSumsTable,
  EjectionsTable,
  FeedbackTable,
  LeasesTable,
  PredictionsTable,
} from './tables/serving.js';
import type { SweepsTable, TrialsTable } from './tables/sweeps.js';
import type {
  ExperimentsTable,
  ExperimentTagsTable,
  RunLatestMetricsTable,
  RunMetricsTable,
  RunTextsTable,
  TrackedRunsTable,
} from './tables/tracking.js';
import type { RunAttemptsTable } from './tables/training.js';
import type { WebhookDeliveriesTable, WebhooksTable } from './tables/webhooks.js';

/** Every table, by its SQL name. `tableColumns` says the same in values; a test compares both with the database. */
export interface Tables {
  readonly projects: ProjectsTable;
  readonly dataset_versions: DatasetVersionsTable;
  readonly runs: RunsTable;
  readonly step_outputs: StepOutputsTable;
  readonly run_attempts: RunAttemptsTable;
  readonly experiments: ExperimentsTable;
  readonly experiment_tags: ExperimentTagsTable;
  readonly tracked_runs: TrackedRunsTable;
  readonly run_params: RunTextsTable;
  readonly run_tags: RunTextsTable;
  readonly run_metrics: RunMetricsTable;
  readonly run_latest_metrics: RunLatestMetricsTable;
  readonly tracked_datasets: TrackedDatasetsTable;
  readonly run_datasets: RunDatasetsTable;
  readonly logged_models: LoggedModelsTable;
  readonly logged_model_params: LoggedModelTextsTable;
  readonly logged_model_tags: LoggedModelTextsTable;
  readonly logged_model_metrics: LoggedModelMetricsTable;
  readonly run_models: RunModelsTable;
  readonly run_token_key: RunTokenKeyTable;
  readonly sweeps: SweepsTable;
  readonly trials: TrialsTable;
  readonly triggers: TriggersTable;
  readonly run_circumstances: RunCircumstancesTable;
  readonly model_versions: ModelVersionsTable;
  readonly aliases: AliasesTable;
  readonly release_notes: ReleaseNotesTable;
  readonly endpoints: EndpointsTable;
  readonly champions: ChampionsTable;
  readonly splits: SplitsTable;
  readonly warm_versions: WarmVersionsTable;
  readonly rollouts: RolloutsTable;
  readonly approvals: ApprovalsTable;
  readonly open_analyses: OpenAnalysesTable;
  readonly evidence: EvidenceTable;
  readonly audit_events: AuditEventsTable;
  readonly audit_head: AuditHeadTable;
  readonly audit_checkpoints: AuditCheckpointsTable;
  readonly api_keys: ApiKeysTable;
  readonly idempotency_keys: IdempotencyKeysTable;
  readonly platform_events: PlatformEventsTable;
  readonly webhooks: WebhooksTable;
  readonly webhook_deliveries: WebhookDeliveriesTable;
  readonly leases: LeasesTable;
  readonly acknowledgements: AcknowledgementsTable;
  readonly ejections: EjectionsTable;
  readonly arm_sums: ArmSumsTable;
  readonly arm_keys: ArmKeysTable;
  readonly predictions: PredictionsTable;
  readonly feedback: FeedbackTable;
  readonly registered_models: RegisteredModelsTable;
  readonly registered_model_tags: RegisteredModelTagsTable;
  readonly registered_versions: RegisteredVersionsTable;
  readonly registered_version_tags: RegisteredVersionTagsTable;
  readonly registered_aliases: RegisteredAliasesTable;
  readonly artifacts: ArtifactsTable;
  readonly artifact_uploads: ArtifactUploadsTable;
  readonly artifact_parts: ArtifactPartsTable;
}
