import type { Digest, RunId } from '../ids.js';
import type { EndCause } from './job-end.js';

/** Where a worker may run: on capacity that can be taken away, or on capacity that stays. */
export type Placement = 'spot' | 'onDemand';

/** What each worker of a job needs. Sizes in bytes; `sharedMemoryBytes` is the size of `/dev/shm`, `null` for the usual. */
export interface JobResources {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpu: { readonly count: number; readonly kind: string | null; readonly shared: boolean };
  readonly sharedMemoryBytes: number | null;
}

/** What a trainer finds in its data folder. */
export interface JobData {
  readonly train: Digest;
  readonly validation: Digest;
  readonly schema: Digest;
}

/**
 * Everything a launcher needs to run a trainer. `name` is deterministic and belongs to the run, `attempt` grows by one
 * per start: starting the same attempt twice attaches, and an attempt below the present one is `StaleFence`.
 */
export interface JobSpec {
  readonly name: string;
  readonly attempt: number;
  readonly project: string;
  readonly runId: RunId;
  readonly command: readonly string[];
  /** Folder in which the command runs. */
  readonly workingDirectory: string;
  /** Container image, where the launcher runs containers. */
  readonly image: string | null;
  /** `null` for a program that is no trainer: nothing is fetched for it, and no model is asked of it. */
  readonly data: JobData | null;
  /** Variables of the program beside those of the trainer protocol; none of them is a secret. */
  readonly variables?: { readonly [name: string]: string };
  readonly parameters: { readonly [name: string]: string | number | boolean };
  readonly seed: number;
  /** Attempts of the run so far are below it; the launcher raises it above every fence it finds in the checkpoints. */
  readonly fence: number;
  /** Ranks; more than one run under torchrun. */
  readonly workers: number;
  readonly resources: JobResources;
  readonly placement: Placement;
  /** Trainer steps between checkpoints (`LAUREL_CHECKPOINT_EVERY`). */
  readonly checkpointEvery: number;
  readonly deadlineMilliseconds: number;
  /** Longest time without a new step (without any output, before the first) while the trainer runs. */
  readonly silenceMilliseconds: number;
  /** Longest time without a running trainer: no node that fits, an image that does not come. */
  readonly pendingMilliseconds: number;
}

/** The last known place of a job. */
export interface JobProgress {
  readonly attempt: number;
  /** 0 before the first step. */
  readonly step: number;
  readonly totalSteps: number | null;
  readonly metrics: { readonly [name: string]: number };
  readonly message: string | null;
  /** Where rank 0 runs. */
  readonly node: string | null;
  /** Why nothing moves although nothing failed (suspended, no node that fits, image being pulled); `null` when it moves. */
  readonly waiting: string | null;
  /** Step of the checkpoint that the attempt went on from; `null` where the launcher knows of none. */
  readonly fromStep: number | null;
  /** Step of the newest committed checkpoint; `null` before the first. */
  readonly checkpointStep: number | null;
}

/** How one attempt ended. `message` says in one sentence what happened; `exitCode` is rank 0's, where there was one. */
export type JobOutcome =
  | { readonly kind: 'done'; readonly output: Digest }
  | { readonly kind: 'ended'; readonly cause: EndCause; readonly exitCode: number | null; readonly message: string };

/** Files of a trainer's result, as an object: path relative to the output folder to the file's digest and size. */
export interface OutputManifest {
  readonly files: readonly { readonly path: string; readonly size: number; readonly digest: Digest }[];
}
