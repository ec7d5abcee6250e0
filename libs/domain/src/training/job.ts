import type { Digest, RunId } from '../ids.js';

/** Everything a launcher needs to run a trainer; `name` is deterministic, so starting twice attaches. */
export interface JobSpec {
  readonly name: string;
  readonly project: string;
  readonly runId: RunId;
  readonly command: readonly string[];
  /** Folder in which the command runs. */
  readonly workingDirectory: string;
  readonly data: { readonly train: Digest; readonly validation: Digest; readonly schema: Digest };
  readonly parameters: { readonly [name: string]: string | number | boolean };
  readonly seed: number;
  readonly fence: number;
  /** Cores the trainer may use; its numeric libraries start no more threads than that. 1 when absent. */
  readonly cpus?: number;
  /** Trainer steps between checkpoints (`LAUREL_CHECKPOINT_EVERY`); 50 when absent. */
  readonly checkpointEvery?: number;
  readonly deadlineMilliseconds: number;
  readonly silenceMilliseconds: number;
}

export interface JobProgress {
  readonly step: number;
  readonly totalSteps: number | null;
  readonly metrics: { readonly [name: string]: number };
  readonly message: string | null;
}

/** Why a trainer failed, in the words of the error table. */
type JobErrorCode = 'TrainerFailed' | 'TrainerCrashed' | 'TrainerWroteNoModel' | 'PythonMissing' | 'StorageFull';

/** How a job ended. `failed` and `hung` say why in one sentence; `code` is the exit code where there was one. */
export type JobOutcome =
  | { readonly kind: 'done'; readonly output: Digest }
  | {
      readonly kind: 'failed';
      readonly code: number | null;
      readonly retryable: boolean;
      readonly message: string;
      readonly errorCode?: JobErrorCode;
    }
  | { readonly kind: 'hung'; readonly message: string }
  | { readonly kind: 'preempted'; readonly message: string };

/** Files of a trainer's result, as an object: path relative to the output folder to the file's digest and size. */
export interface OutputManifest {
  readonly files: readonly { readonly path: string; readonly size: number; readonly digest: Digest }[];
}
