import type { ApiKeysTable, IdempotencyKeysTable, PlatformEventsTable } from './tables/access.js';
import type { AuditEventsTable, AuditHeadTable, EvidenceTable } from './tables/evidence-and-audit.js';
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
import type { RunAttemptsTable, RunMetricsTable } from './tables/training.js';

/** Every table, by its SQL name. `tableColumns` says the same in values; a test compares both with the database. */
export interface Tables {
  readonly projects: ProjectsTable;
  readonly dataset_versions: DatasetVersionsTable;
  readonly runs: RunsTable;
  readonly step_outputs: StepOutputsTable;
  readonly run_attempts: RunAttemptsTable;
  readonly run_metrics: RunMetricsTable;
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
  readonly api_keys: ApiKeysTable;
  readonly idempotency_keys: IdempotencyKeysTable;
  readonly platform_events: PlatformEventsTable;
  readonly leases: LeasesTable;
  readonly acknowledgements: AcknowledgementsTable;
  readonly ejections: EjectionsTable;
  readonly arm_sums: ArmSumsTable;
  readonly arm_keys: ArmKeysTable;
  readonly predictions: PredictionsTable;
  readonly feedback: FeedbackTable;
}
