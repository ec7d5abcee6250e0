import type { SystemUser } from '../processes/run-command.js';

/** How a child says that it is ready: `{laurel: 'ready'}` over IPC, or a probe that answers yes. */
export type Readiness =
  | { readonly kind: 'message' }
  | { readonly kind: 'probe'; readonly probe: () => Promise<boolean> };

/** One process to run: what to start, when it is well, and how it is stopped. */
export interface ChildSpec {
  readonly name: string;
  /** Program and parameters. */
  readonly command: readonly [string, ...string[]];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  readonly user?: SystemUser | undefined;
  readonly readiness: Readiness;
  /** Asked every two seconds while the child is up; none means that being alive is enough. */
  readonly alive?: () => Promise<boolean>;
  /** Not ready after this time, a child is killed and started again. */
  readonly readyMilliseconds: number;
  /** What asks it to end; after the grace period it is killed with its group. */
  readonly stopSignal: NodeJS.Signals;
  readonly graceMilliseconds: number;
  readonly url?: string;
  /** Running, it does not keep the process that started it from ending. */
  readonly mayOutlive?: boolean;
  /** Runs before each start: folders, stale files. */
  readonly prepare?: () => Promise<void>;
  /** Runs once a start has become ready, before anyone may rely on it. */
  readonly settle?: () => Promise<void>;
}
