import type { ObjectStore } from '@laurel/ports';
import type { DiskLimits } from './job-files.js';

/** What every start of an attempt needs besides the job itself. */
export interface StartOptions {
  readonly objectStore: ObjectStore;
  readonly python: string | null;
  readonly graceMilliseconds: number;
  readonly log: JobLog;
  /** Variables that only the trainer gets; no file and no log shows their values. */
  readonly secrets: { readonly [name: string]: string };
  /** Where trainers log what they log to MLflow, and the key of a run for it; `null` where there is no such place. */
  readonly tracking: TrackingAccess | null;
  /** Other values that no log may show. */
  readonly masked: readonly string[];
  readonly disk: DiskLimits;
  /** Folder of the leases of this machine's GPUs, and their names as CUDA takes them with their model; found when asked for. */
  readonly gpus: { readonly folder: string; readonly list: () => Promise<readonly Gpu[]> };
}

/** A server that speaks MLflow's REST API. */
export interface TrackingAccess {
  readonly url: string;
  /** A key with which nothing but this run can be written. */
  readonly tokenOf: (runId: string) => Promise<string>;
}

/** A GPU of this machine: its name for `CUDA_VISIBLE_DEVICES`, and its model. */
export interface Gpu {
  readonly id: string;
  readonly kind: string;
}

/** The part of a pino logger that the launcher uses. */
export interface JobLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
