import type {
  ApiKeys,
  Approvals,
  Audit,
  Datasets,
  Events,
  EvidenceStore,
  IdempotencyKeys,
  JobLauncher,
  LoggedModels,
  Observations,
  Orchestrator,
  Projects,
  Registry,
  Rollouts,
  Routing,
  RunCircumstances,
  Runs,
  RunTokens,
  Sweeps,
  Tracking,
  TrainingRecords,
  Triggers,
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
  readonly tracking: Tracking;
  readonly loggedModels: LoggedModels;
  readonly runTokens: RunTokens;
  readonly registry: Registry;
  readonly evidence: EvidenceStore;
  readonly rollouts: Rollouts;
  readonly approvals: Approvals;
  readonly audit: Audit;
  readonly apiKeys: ApiKeys;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly events: Events;
  readonly routing: Routing;
  readonly observations: Observations;
  readonly orchestrator: Orchestrator;
  readonly trainerLogs: TrainerLogs;
  readonly database: DatabaseProbe;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly settings: Settings;
}
