import type {
  Anomaly,
  DatasetVersion,
  Digest,
  Evidence,
  ModelProject,
  ModelVersion,
  Rollout,
  RolloutStatus,
  RunId,
  RunKind,
  Stage,
  Timestamp,
  TrainingProgress,
} from '@laurel/domain';
import type { TrainingTrigger } from './orchestrator.js';

/** A window of a list, newest first. `token` is opaque. */
export interface PageRequest {
  readonly size: number;
  readonly token: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | null;
}

export interface StoredProject {
  readonly project: ModelProject;
  /** Folder of `laurel.yaml`: where the trainer runs and relative paths start. */
  readonly folder: string;
  readonly digest: Digest;
  readonly appliedAt: Timestamp;
  readonly appliedBy: string;
}

export interface Projects {
  /** Inserts or replaces; an unchanged project keeps its time. */
  apply(
    project: ModelProject,
    context: { readonly folder: string; readonly digest: Digest; readonly actor: string },
  ): Promise<StoredProject>;
  find(name: string): Promise<StoredProject | undefined>;
  list(page: PageRequest): Promise<Page<StoredProject>>;
}

export interface Datasets {
  /** Idempotent by dataset and content digest: the same bytes keep their version number. */
  add(version: Omit<DatasetVersion, 'version' | 'createdAt'>): Promise<DatasetVersion>;
  find(dataset: string, version: number): Promise<DatasetVersion | undefined>;
  latest(dataset: string): Promise<DatasetVersion | undefined>;
  /** The newest version used by a registered model other than `digest`: what a new one is compared with. */
  previousGood(dataset: string, digest: Digest): Promise<DatasetVersion | undefined>;
  list(page: PageRequest): Promise<Page<DatasetVersion>>;
}

/** How far a run's trainer is; runs of former versions know only the first three. */
export type RunProgress = Pick<TrainingProgress, 'step' | 'totalSteps' | 'metrics'> & Partial<TrainingProgress>;

/**
 * `repeated`: a run that repeated another one has ended and been compared with it; it has no version. `finished` and
 * `pruned` are ends of trials: measured, and stopped early.
 */
export type RunStatus =
  | 'running'
  | 'registered'
  | 'repeated'
  | 'finished'
  | 'pruned'
  | 'rejected'
  | 'failed'
  | 'cancelled';

export interface Run {
  readonly runId: RunId;
  readonly project: string;
  readonly trigger: string;
  readonly work: RunKind;
  readonly status: RunStatus;
  readonly step: string | null;
  readonly progress: RunProgress | null;
  readonly anomalies: readonly Anomaly[];
  readonly version: number | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
}

export type RunChange = Partial<
  Pick<Run, 'status' | 'step' | 'progress' | 'anomalies' | 'version' | 'code' | 'message'>
> & {
  readonly ended?: boolean;
};

export interface Runs {
  /** Idempotent by run id. A run is a training unless `work` says otherwise. */
  begin(run: {
    readonly runId: RunId;
    readonly project: string;
    readonly trigger: string;
    readonly work?: RunKind;
  }): Promise<void>;
  update(runId: RunId, change: RunChange): Promise<void>;
  find(runId: RunId): Promise<Run | undefined>;
  /** Without the trials of sweeps. */
  list(project: string | null, page: PageRequest): Promise<Page<Run>>;
  /** With the trials of sweeps. */
  listRunning(): Promise<readonly Run[]>;
  /** Stored output of a step whose inputs hashed to `inputDigest`. */
  findStep(key: { readonly project: string; readonly step: string; readonly inputDigest: Digest }): Promise<unknown>;
  /** First writer wins; returns what is stored. With `replace`, the last writer wins. */
  saveStep(
    key: { readonly project: string; readonly step: string; readonly inputDigest: Digest; readonly runId: RunId },
    output: unknown,
    options: { readonly replace: boolean },
  ): Promise<unknown>;
}

export interface TriggerRecord {
  readonly key: string;
  readonly project: string;
  readonly kind: string;
  readonly runId: RunId;
  /** What was asked, so that a trigger whose inserter died is fired as it was meant; `null` when all is usual. */
  readonly request?: TriggerRequest | null;
}

export type TriggerRequest = Pick<TrainingTrigger, 'from' | 'requestedBy' | 'rerun' | 'rollOut'>;

export interface Triggers {
  /** True for the one caller whose insert created the event. The others get the stored record. */
  insert(record: TriggerRecord): Promise<{ readonly inserted: boolean; readonly record: TriggerRecord }>;
  /** Takes back an event whose signal could not be sent, so that its key is free again. Harmless when there is none. */
  withdraw(event: Pick<TriggerRecord, 'project' | 'key'>): Promise<void>;
  /** Events older than `milliseconds` whose run never began: their inserter died before it could signal. */
  listStranded(milliseconds: number): Promise<readonly TriggerRecord[]>;
}

/** The model registry: immutable versions; stages and aliases that point at them. */
/** A version with what points at it. */
export type PlacedVersion = ModelVersion & { readonly stage: Stage; readonly aliases: readonly string[] };

export interface Registry {
  /** Idempotent by run id: registering a run again returns its version. Writes the gates' evidence in the same transaction. */
  register(
    version: Omit<ModelVersion, 'version' | 'semver' | 'createdAt'>,
    context: {
      readonly endpoint: string;
      readonly policyDigest: Digest;
      readonly codeVersion: string;
      readonly nextSemver: (previous: ModelVersion | undefined) => string;
      /** Taken by a client before; the next one where there was no client. */
      readonly number?: number;
    },
  ): Promise<ModelVersion>;
  find(project: string, version: number): Promise<PlacedVersion | undefined>;
  findByDigest(digest: Digest): Promise<ModelVersion | undefined>;
  list(project: string, page: PageRequest): Promise<Page<PlacedVersion>>;
  models(): Promise<
    readonly { readonly project: string; readonly versions: number; readonly champion: number | null }[]
  >;
  champion(endpoint: string): Promise<ModelVersion | undefined>;
}

export interface EvidenceStore {
  /** Append-only; idempotent by id. */
  append(evidence: Evidence): Promise<void>;
  find(id: string): Promise<Evidence | undefined>;
  list(filter: {
    readonly rollout?: string;
    readonly endpoint?: string;
    readonly digest?: Digest;
  }): Promise<readonly Evidence[]>;
  /** The newest look of a rollout, at `step` where one is given. */
  newestLook(rollout: string, step?: number): Promise<Evidence | undefined>;
  /** The newest gate evidence with a PASS for `digest`. */
  gatePass(digest: Digest): Promise<Evidence | undefined>;
}

export interface Rollouts {
  find(id: string): Promise<Rollout | undefined>;
  list(endpoint: string | null, page: PageRequest): Promise<Page<Rollout>>;
  listRunning(): Promise<readonly Rollout[]>;
  update(
    id: string,
    change: { readonly step?: number; readonly status?: RolloutStatus; readonly cause?: string | null },
  ): Promise<void>;
}

export type Role = 'viewer' | 'operator' | 'approver' | 'admin';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Timestamp;
  readonly revokedAt: Timestamp | null;
}

export interface ApiKeys {
  /** Stores only a hash; the secret is returned once. */
  create(key: {
    readonly name: string;
    readonly role: Role;
  }): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  /** The live key of `secret`, or `undefined`. */
  authenticate(secret: string): Promise<ApiKey | undefined>;
  list(): Promise<readonly ApiKey[]>;
  revoke(id: string): Promise<void>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly location: string | null;
}

export interface IdempotencyKeys {
  /**
   * Claims `key`. `fresh`: the caller does the work and calls `complete`. `done`: the stored answer.
   * `reused`: the key was used for other content. `pending`: the first request is still at work.
   */
  claim(key: {
    readonly key: string;
    readonly actor: string;
    readonly requestDigest: Digest;
  }): Promise<
    | { readonly kind: 'fresh' }
    | { readonly kind: 'done'; readonly answer: StoredAnswer }
    | { readonly kind: 'reused' }
    | { readonly kind: 'pending' }
  >;
  complete(key: { readonly key: string; readonly actor: string }, answer: StoredAnswer): Promise<void>;
  /** Gives up a claim whose work failed, so that it may be tried again. */
  release(key: { readonly key: string; readonly actor: string }): Promise<void>;
}

/** Platform events for people who watch: append-only, numbered in commit order. */
export interface PlatformEvent {
  readonly id: number;
  readonly at: Timestamp;
  readonly type: string;
  readonly subject: string;
  readonly detail: unknown;
}

export interface Events {
  append(event: { readonly type: string; readonly subject: string; readonly detail: unknown }): Promise<void>;
  after(id: number, limit: number): Promise<readonly PlatformEvent[]>;
}
