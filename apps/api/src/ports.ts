import type {
  ApiKeys,
  Approvals,
  Artifacts,
  Audit,
  AuditAnchors,
  Datasets,
  Events,
  EvidenceStore,
  IdempotencyKeys,
  JobLauncher,
  LineageStore,
  LoggedModels,
  ModelRegistry,
  ObjectStore,
  Observations,
  Orchestrator,
  Packages,
  PredictionOrigin,
  Projects,
  Registry,
  ReleaseNotes,
  Rollouts,
  Routing,
  RunCircumstances,
  Runs,
  RunTokens,
  Seal,
  Sweeps,
  TableEngine,
  Tracking,
  TrainingRecords,
  Triggers,
  WebhookSender,
  Webhooks,
} from '@laurel/ports';
import type { Logger, Meter } from '@laurel/telemetry';

/** Lines that a trainer wrote. */
export type TrainerLogs = Pick<JobLauncher, 'log'>;

/** Predictions that the serving processes have stored. */
export interface PredictionArchive {
  find(id: string): Promise<PredictionOrigin | undefined>;
}
/** What the API does with rows. */
export type RowComparison = Pick<TableEngine, 'compare'>;

/** Throws `DependencyUnavailable` when the database does not answer. */
export interface DatabaseProbe {
  ping(): Promise<void>;
}

/** What the routes need to know of the process. */
export interface Settings {
  readonly loopback: boolean;
  /** Aborted when the process is asked to stop; open streams end. */
  readonly closing: AbortSignal;
  /** Folder for bytes on their way; whatever lies in it may be removed while nothing runs. */
  readonly scratch: string;
  /** Largest artifact, in bytes. */
  readonly artifactBytes: number;
}

/** Everything the API is given; one member per token. */
export interface ApiPorts {
  readonly projects: Projects;
  readonly datasets: Datasets;
  readonly runs: Runs;
  readonly circumstances: RunCircumstances;
  readonly trainingRecords: TrainingRecords;
  readonly triggers: Triggers;
  readonly sweeps: Sweeps;
  readonly tracking: Tracking;
  readonly loggedModels: LoggedModels;
  readonly runTokens: RunTokens;
  readonly registry: Registry;
  readonly lineage: LineageStore;
  readonly predictionArchive: PredictionArchive;
  /** Only for reading: the API signs nothing. */
  readonly packages: Omit<Packages, 'publish'>;
  readonly modelRegistry: ModelRegistry;
  readonly artifacts: Artifacts;
  readonly objects: ObjectStore;
  readonly releaseNotes: ReleaseNotes;
  readonly evidence: EvidenceStore;
  readonly rollouts: Rollouts;
  readonly approvals: Approvals;
  readonly audit: Audit;
  /** What is known of the audit log outside of Postgres. */
  readonly auditWitness: Pick<AuditAnchors, 'read'>;
  readonly apiKeys: ApiKeys;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly events: Events;
  readonly webhooks: Webhooks;
  /** Which addresses receivers may have. */
  readonly webhookAddresses: Pick<WebhookSender, 'problem'>;
  readonly seal: Pick<Seal, 'seal'>;
  readonly routing: Routing;
  readonly observations: Observations;
  readonly tables: RowComparison;
  readonly orchestrator: Orchestrator;
  readonly trainerLogs: TrainerLogs;
  readonly database: DatabaseProbe;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly settings: Settings;
}
