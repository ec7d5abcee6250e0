import type {
  OpenAnalysis,
  Rollout,
  RolloutOutcomeKind,
  RolloutPlan,
  Split,
  SplitDraft,
  VersionRef,
} from '@laurel/domain';

/**
 * Who serves what. Every change is a compare-and-swap on the epoch by the holder of the newest fence.
 * Errors: `StaleFence`, `StaleEpoch`, `NotFound`, `Conflict` (I4: no PASS for the digest).
 */
export interface Routing {
  /** The committed split, or `undefined` for an endpoint that never served. */
  current(endpoint: string): Promise<Split | undefined>;
  endpoints(): Promise<readonly EndpointView[]>;
  find(endpoint: string): Promise<EndpointView | undefined>;
  /** Splits newest first, with their states. */
  history(endpoint: string, limit: number): Promise<readonly (Split & { readonly state: string })[]>;

  /**
   * Opens rollout `incarnation` and raises the endpoint's fence to it. Idempotent by incarnation; remembers the split,
   * alias and stage as they were.
   */
  beginRollout(input: {
    readonly endpoint: string;
    readonly project: string;
    readonly incarnation: number;
    readonly challenger: VersionRef;
    readonly plan: RolloutPlan;
    readonly requestedBy?: string;
  }): Promise<{ readonly rollout: Rollout; readonly before: Split | null }>;

  /** Writes the next epoch as prepared, replacing an older prepared one. Idempotent by `changeId`. */
  prepare(draft: SplitDraft, changeId: string): Promise<Split>;
  /** Live leases, and which of them have acknowledged `epoch`. */
  readiness(
    endpoint: string,
    epoch: number,
  ): Promise<{ readonly live: readonly string[]; readonly acknowledged: readonly string[] }>;
  /** Makes a prepared epoch current. Needs the acknowledgement of every live lease. Idempotent. */
  commit(input: { readonly endpoint: string; readonly epoch: number; readonly fence: number }): Promise<Split>;

  /**
   * One transaction: evidence is checked (I4), the champion row moves, the split becomes 100 % champion, alias and
   * stages follow, an audit event and evidence are written. Idempotent by incarnation.
   */
  crown(input: {
    readonly endpoint: string;
    readonly project: string;
    readonly incarnation: number;
    readonly fence: number;
    readonly challenger: VersionRef;
    readonly evidenceId: string;
    readonly codeVersion: string;
  }): Promise<Split>;

  /** One transaction back to what `beginRollout` remembered. Idempotent; harmless when nothing changed. */
  restore(input: {
    readonly endpoint: string;
    readonly project: string;
    readonly incarnation: number;
    readonly fence: number;
    readonly challenger: VersionRef;
    readonly reason: string;
    readonly codeVersion: string;
  }): Promise<Split | null>;

  /** Closes the rollout and its analysis, with an event. Idempotent; never changes an ended rollout. */
  endRollout(input: {
    readonly rollout: string;
    readonly outcome: RolloutOutcomeKind;
    readonly cause: string | null;
    readonly evidenceId: string | null;
  }): Promise<void>;

  /** Makes the champion before the present one champion again; raises the fence. Idempotent by incarnation. */
  rollBackChampion(input: {
    readonly endpoint: string;
    readonly incarnation: number;
    readonly by: string;
    readonly reason: string;
    readonly codeVersion: string;
  }): Promise<VersionRef | null>;

  openAnalysis(analysis: OpenAnalysis): Promise<void>;
  closeAnalysis(rollout: string): Promise<void>;
  openAnalyses(): Promise<readonly OpenAnalysis[]>;
}

export interface EndpointView {
  readonly endpoint: string;
  readonly project: string;
  readonly fence: number;
  readonly champion: VersionRef | null;
  readonly split: Split | null;
}
