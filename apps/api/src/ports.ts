import type {
  ApiKeys,
  Approvals,
  Audit,
  AuditAnchors,
  Datasets,
  Events,
  EvidenceStore,
  IdempotencyKeys,
  JobLauncher,
  Observations,
  Orchestrator,
  Projects,
  Registry,
  Rollouts,
  Routing,
  RunCircumstances,
  Runs,
  Seal,
  Sweeps,
  TrainingRecords,
  Triggers,
  WebhookSender,
  Webhooks,
} from '@laurel/ports';
import type { Logger, Meter } from '@laurel/telemetry';

/** Lines that a trainer wrote. */
export type TrainerLogs = Pick<JobLauncher, 'log'>;

/** Throws `DependencyUnavailable` when the database does not answer. */
export interface DatabaseProbe {
  ping(): Promise<void>;
}

/** What the routes need to know of the process. */
export interface Settings {
  readonly loopback: boolean;
  /** Aborted when the process is asked to stop; open streams end. */
  readonly closing: AbortSignal;
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
  readonly registry: Registry;
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
  readonly orchestrator: Orchestrator;
  readonly trainerLogs: TrainerLogs;
  readonly database: DatabaseProbe;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly settings: Settings;
}
