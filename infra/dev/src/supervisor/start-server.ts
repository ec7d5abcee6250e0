import { LaurelError } from '@laurel/contracts';
import { endProcess, type ProcessIdentity } from '../processes/identity.js';
import { lastLines } from '../processes/log-file.js';
import type { ChildSpec } from './child-spec.js';
import { launch } from './launch.js';

/** One server that runs without supervision, for tests and short-lived uses. */
export interface RunningServer {
  readonly identity: ProcessIdentity;
  /** Asks it to end, waits, and kills it when it does not. */
  stop(): Promise<void>;
}

/** Starts one child and waits until it is ready. Error: `DependencyUnavailable` with how it ended and its last line. */
export async function startServer(spec: ChildSpec, log: string): Promise<RunningServer> {
  await spec.prepare?.();
  const { identity, ended, ready } = launch(spec, log);
  const wasReady = await ready(AbortSignal.timeout(spec.readyMilliseconds));
  if (!wasReady || identity === undefined) {
    if (identity !== undefined) await endProcess(identity, { graceMilliseconds: 0 });
    throw didNotStart(spec.name, await ended, log);
  }
  const stop = () => endProcess(identity, { signal: spec.stopSignal, graceMilliseconds: spec.graceMilliseconds });
  try {
    await spec.settle?.();
  } catch (error) {
    await stop();
    throw error;
  }
  return { identity, stop };
}

/** Says how a child that never became ready ended, and what it said last. */
export function didNotStart(name: string, how: string, log: string): LaurelError {
  const [last] = lastLines(log, 1);
  const said = last === undefined ? '' : `; its last line was: ${last.slice(0, 500)}`;
  return new LaurelError('DependencyUnavailable', `${name} did not start (${how})${said}; see ${log}.`);
}
