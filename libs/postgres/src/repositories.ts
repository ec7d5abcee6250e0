import type {
  ApiKeys,
  Approvals,
  Artifacts,
  Audit,
  Datasets,
  Events,
  EvidenceStore,
  Fleet,
  IdempotencyKeys,
  LineageStore,
  LoggedModels,
  ModelRegistry,
  Observations,
  Projects,
  Registry,
  ReleaseNotes,
  Rollouts,
  Routing,
  RunCircumstances,
  Runs,
  RunTokens,
  Sweeps,
  Tracking,
  TrainingRecords,
  Triggers,
  Webhooks,
} from '@laurel/ports';
import { createArtifacts } from './artifacts/index.js';
import { createAudit } from './audit/index.js';
import type { Database } from './connect.js';
import { createFleet } from './fleet/index.js';
import { createLineageStore } from './lineage/index.js';
import { createModelRegistry } from './model-registry/index.js';
import { createObservations } from './observations/index.js';
import { createApiKeys } from './repositories/api-keys.js';
import { createApprovals } from './repositories/approvals.js';
import { createDatasets } from './repositories/datasets.js';
import { createEvents } from './repositories/events.js';
import { createEvidenceStore } from './repositories/evidence.js';
import { createIdempotencyKeys } from './repositories/idempotency-keys.js';
import { createProjects } from './repositories/projects.js';
import { createRegistry } from './repositories/registry.js';
import { createReleaseNotes } from './repositories/release-notes.js';
import { createRollouts } from './repositories/rollouts.js';
import { createRunCircumstances } from './repositories/run-circumstances.js';
import { createRuns } from './repositories/runs.js';
import { createTrainingRecords } from './repositories/training-records.js';
import { createTriggers } from './repositories/triggers.js';
import { createRouting } from './routing/index.js';
import { createSweeps } from './sweeps/index.js';
import { createLoggedModels, createTracking } from './tracking/index.js';
import { createRunTokens } from './tracking/run-tokens.js';
import { createWebhooks } from './webhooks/index.js';

/** Every port that Postgres implements. */
export interface Repositories {
  readonly projects: Projects;
  readonly datasets: Datasets;
  readonly runs: Runs;
  readonly trainingRecords: TrainingRecords;
  readonly circumstances: RunCircumstances;
  readonly triggers: Triggers;
  readonly registry: Registry;
  readonly lineage: LineageStore;
  readonly modelRegistry: ModelRegistry;
  readonly artifacts: Artifacts;
  readonly releaseNotes: ReleaseNotes;
  readonly evidence: EvidenceStore;
  readonly rollouts: Rollouts;
  readonly approvals: Approvals;
  readonly audit: Audit;
  readonly apiKeys: ApiKeys;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly events: Events;
  readonly webhooks: Webhooks;
  readonly routing: Routing;
  readonly sweeps: Sweeps;
  readonly tracking: Tracking;
  readonly loggedModels: LoggedModels;
  readonly runTokens: RunTokens;
  readonly fleet: Fleet;
  readonly observations: Observations;
}

/**
 * The repositories over one pool. All throw `DependencyUnavailable` while Postgres does not answer and `StorageFull`
 * when its disk is full.
 */
export function createRepositories({ kysely, prepared }: Database): Repositories {
  return {
    projects: createProjects(kysely),
    datasets: createDatasets(kysely),
    runs: createRuns(kysely),
    trainingRecords: createTrainingRecords(kysely),
    circumstances: createRunCircumstances(kysely),
    triggers: createTriggers(kysely),
    registry: createRegistry(kysely),
    lineage: createLineageStore(kysely),
    modelRegistry: createModelRegistry(kysely),
    artifacts: createArtifacts(kysely),
    releaseNotes: createReleaseNotes(kysely),
    evidence: createEvidenceStore(kysely),
    rollouts: createRollouts(kysely),
    approvals: createApprovals(kysely),
    audit: createAudit(kysely),
    apiKeys: createApiKeys(kysely),
    idempotencyKeys: createIdempotencyKeys(kysely),
    events: createEvents(kysely),
    webhooks: createWebhooks(kysely),
    routing: createRouting(kysely),
    sweeps: createSweeps(kysely),
    tracking: createTracking(prepared),
    loggedModels: createLoggedModels(prepared),
    runTokens: createRunTokens(prepared),
    fleet: createFleet(kysely),
    observations: createObservations(kysely),
  };
}
