import type { ArmSums, Digest, PredictionRecord, Split, VersionRef } from '@laurel/domain';

/** What serving processes pull, and what they tell. */
export interface Fleet {
  /** All committed splits and all prepared ones: the desired state of a process. */
  desired(): Promise<{
    readonly committed: readonly Split[];
    readonly prepared: readonly Split[];
    /** Versions that a rollback would bring back: kept loaded though no split names them. */
    readonly keepWarm: readonly VersionRef[];
  }>;
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
