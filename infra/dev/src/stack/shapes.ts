import type { ErrorCode } from '@laurel/contracts';

/** Loopback ports of one stack; `temporalUi` is Temporal's web page. */
export interface StackPorts {
  readonly api: number;
  readonly serving: number;
  readonly servingGrpc: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly postgres: number;
}

/** Fixed ports (the defaults where left out), or `auto`: a default that is taken gives way to a free one. */
export type PortChoice = Partial<StackPorts> | 'auto';

/** One line of what the supervisor is doing, for a person or a task list. */
export interface StackProgress {
  /** Name of the process, or `stack` for the whole. */
  readonly process: string;
  readonly state: ProcessState | 'note';
  /** One sentence fragment, such as `ready after 1.2 s`. */
  readonly message: string;
}

/** `failed` means given up; `restarting` waits for its backoff. */
export type ProcessState = 'waiting' | 'starting' | 'healthy' | 'unresponsive' | 'restarting' | 'stopped' | 'failed';

export interface ProcessStatus {
  readonly name: string;
  readonly state: ProcessState;
  readonly pid: number | null;
  /** Times it was started again since `up`. */
  readonly restarts: number;
  /** When `state` was entered, RFC 3339. */
  readonly since: string;
  /** Path of its log. */
  readonly log: string;
  readonly url: string | null;
  /** How it ended last: `exit code 1`, `signal SIGKILL`. */
  readonly lastExit: string | null;
}

export interface StackUrls {
  readonly api: string;
  readonly docs: string;
  readonly serving: string;
  /** `host:port`, as gRPC clients want it. */
  readonly servingGrpc: string;
  readonly temporalUi: string;
}

/** What `status` tells and `LAUREL_HOME/run/status.json` holds. */
export interface StackStatus {
  readonly home: string;
  /** `down` also when the supervisor died without stopping its stack. */
  readonly state: 'down' | 'starting' | 'running' | 'stopping' | 'failed';
  readonly supervisor: { readonly pid: number; readonly startedAt: string } | null;
  readonly ports: StackPorts | null;
  readonly urls: StackUrls | null;
  readonly processes: readonly ProcessStatus[];
  /** Why `state` is `failed`. */
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null;
}

export interface UpOptions {
  /** LAUREL_HOME: folder of state, made when missing. */
  readonly home: string;
  readonly ports?: PortChoice;
  /** True: a background process supervises, and `up` returns when all is healthy. */
  readonly detach?: boolean;
  /** Serving processes that share one port; 2 by default. */
  readonly servingProcesses?: number;
  /** Worker processes; 1 by default. */
  readonly workerProcesses?: number;
  /** Further environment variables for API, workers and serving. */
  readonly environment?: Readonly<Record<string, string>>;
  /** False: Postgres does not wait for the disk; for tests only. */
  readonly durable?: boolean;
  readonly onProgress?: (progress: StackProgress) => void;
}

/** A stack that is up and healthy. */
export interface RunningStack {
  readonly home: string;
  readonly ports: StackPorts;
  readonly urls: StackUrls;
  /** The LAUREL_ variables that API, workers and serving were given (database URL, Temporal address, …). */
  readonly environment: Readonly<Record<string, string>>;
  status(): Promise<StackStatus>;
  /** Stops everything in reverse order; returns when nothing is left running. */
  stop(): Promise<void>;
  /** Settles when the stack has stopped, whoever asked. */
  readonly stopped: Promise<void>;
}

/** One line of `laurel doctor`. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What is there: a version, a path, or what is missing. */
  readonly found: string;
  /** How to get it; empty when `ok`. */
  readonly remedy: string;
}
