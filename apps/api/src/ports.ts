import type {
  ApiKeys,
  Approvals,
  Audit,
  Datasets,
  Events,
  EvidenceStore,
  IdempotencyKeys,
  JobLauncher,
  LineageStore,
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
  Sweeps,
  TrainingRecords,
  Triggers,
} from '@laurel/ports';
import type { Logger, Meter } from '@laurel/telemetry';

/** Lines that a trainer wrote. */
export type TrainerLogs = Pick<JobLauncher, 'log'>;

/** Predictions that the serving processes have stored. */
export interface PredictionArchive {
  find(id: string): Promise<PredictionOrigin | undefined>;
}

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
  readonly lineage: LineageStore;
  readonly predictionArchive: PredictionArchive;
  readonly packages: Pick<Packages, 'open' | 'verify'>;
  readonly objects: Pick<ObjectStore, 'get'>;
  readonly releaseNotes: ReleaseNotes;
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
