import type { ArmSums, Digest, PredictionRecord, Split, VersionRef } from '@laurel/domain';

/** Somebody's wish about a version of an endpoint, by its number or SemVer. */
export interface VersionWish {
  readonly endpoint: string;
  readonly version: string;
  /** Name of the key that asked. */
  readonly by: string;
}

/** What serving processes pull, and what they tell. */
export interface Fleet {
  /** All committed splits and all prepared ones: the desired state of a process. */
  desired(): Promise<{
    readonly committed: readonly Split[];
    readonly prepared: readonly Split[];
    /** Versions kept loaded though no split names them: those a rollback would bring back, and those somebody asked for. */
    readonly keepWarm: readonly (VersionRef & { readonly endpoint: string })[];
    /** Of these, the champion before the present one, for each endpoint that had one: what a rollback would bring back. */
    readonly previous: readonly (VersionRef & { readonly endpoint: string })[];
  }>;
  /** Keeps a version loaded in every process from now on. Idempotent. Errors: `NotFound`. */
  keepLoaded(wish: VersionWish): Promise<VersionRef>;
  /** Takes that back; what a split names stays loaded. Idempotent. Errors: `NotFound`. */
  letGo(wish: VersionWish): Promise<void>;
  /** Renews the lease of a process for `milliseconds`. */
  renewLease(process: string, milliseconds: number): Promise<void>;
  /** Ends a lease at once: nothing waits for this process any more. */
  endLease(process: string): Promise<void>;
  /** Says that `process` has loaded and warmed everything `epoch` names. */
  acknowledge(ack: {
    readonly endpoint: string;
    readonly epoch: number;
    readonly process: string;
    readonly loaded: readonly Digest[];
  }): Promise<void>;
  /** Adds sums; the same process, second, epoch and arm written again replaces (sums are final per second). */
  addSums(sums: readonly ArmSums[]): Promise<void>;
  /** Idempotent by prediction id. */
  addPredictions(rows: readonly PredictionRecord[]): Promise<void>;
  /** A process refuses the challenger on its own after a hard breach. Idempotent. */
  reportEjection(ejection: {
    readonly endpoint: string;
    readonly epoch: number;
    readonly process: string;
    readonly reason: string;
  }): Promise<void>;
}
