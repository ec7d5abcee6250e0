import type { JobOutcome, JobProgress, JobSpec } from '@laurel/domain';

/**
 * Runs trainers. A job outlives the caller: a worker that comes back attaches to it by name.
 * Errors: `PythonMissing` and other refusals to start carry their code; a trainer's own end is an outcome, not an error.
 */
export interface JobLauncher {
  /** Starts the job, or does nothing when a job of this name runs or has ended. */
  ensure(spec: JobSpec): Promise<void>;
  /** Progress until the job has ended; ends early, without touching the job, when `signal` aborts. */
  watch(name: string, signal: AbortSignal): AsyncIterable<JobProgress>;
  /** How the job ended; waits for the end. */
  outcome(name: string): Promise<JobOutcome>;
  /** Stops the job (SIGTERM, then SIGKILL) and forgets it. Harmless when there is none. */
  remove(name: string): Promise<void>;
  /** Last lines of the job's log. */
  log(name: string, lines: number): Promise<readonly string[]>;
  /** Names of all jobs that are running, for the reconciler. */
  running(): Promise<readonly string[]>;
}
