import type {
  Approvals,
  Artifacts,
  Datasets,
  Events,
  EvidenceStore,
  Gates,
  JobLauncher,
  ModelProbe,
  ModelRegistry,
  ModelRunner,
  ObjectStore,
  Orchestrator,
  Packages,
  Projects,
  Registry,
  Rollouts,
  Routing,
  RunCircumstances,
  Runs,
  Sampler,
  SourceCode,
  Sources,
  Sweeps,
  TableEngine,
  Tracking,
  TrafficRouters,
  TrainingRecords,
  Triggers,
} from '@laurel/ports';

/** Everything activities ask of the world; an app hands in the adapters. */
export interface ActivityPorts {
  readonly projects: Projects;
  readonly datasets: Datasets;
  readonly runs: Runs;
  readonly circumstances: RunCircumstances;
  readonly trainingRecords: TrainingRecords;
  readonly triggers: Triggers;
  readonly sweeps: Sweeps;
  readonly sampler: Sampler;
  readonly tracking: Tracking;
  readonly registry: Registry;
  readonly modelRegistry: ModelRegistry;
  readonly artifacts: Artifacts;
  readonly evidence: EvidenceStore;
  readonly rollouts: Rollouts;
  readonly gates: Gates;
  readonly approvals: Approvals;
  readonly routing: Routing;
  /** Absent: the split table alone routes. */
  readonly routers?: TrafficRouters;
  readonly events: Events;
  readonly objects: ObjectStore;
  readonly tables: TableEngine;
  readonly jobs: JobLauncher;
  readonly packages: Packages;
  readonly runner: ModelRunner;
  readonly probe: ModelProbe;
  readonly code: SourceCode;
  readonly sources: Sources;
  readonly orchestrator: Orchestrator;
}
