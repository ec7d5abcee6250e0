import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeJson } from '../processes/json-file.js';
import { boundLog } from '../processes/log-file.js';
import type { ProcessStatus, StackProgress } from '../stack/shapes.js';
import { type Backoff, patientBackoff } from './backoff.js';
import type { ChildSpec } from './child-spec.js';
import { childrenFile } from './leftovers.js';
import { SupervisedChild } from './supervised-child.js';

const logLookMilliseconds = 5_000;

export interface SupervisorOptions {
  /** LAUREL_HOME: logs go to `logs/NAME.log`, identities of children to `run/children.json`. */
  readonly home: string;
  /** Groups in the order of their start; the children of one group start together. */
  readonly groups: readonly (readonly ChildSpec[])[];
  readonly backoff?: Backoff;
  /** Called after each change of any child. */
  readonly onChange?: () => void;
  readonly onProgress?: (progress: StackProgress) => void;
  /** Runs while stopping, after the group of this index has stopped. */
  readonly afterStop?: (group: number) => Promise<void>;
}

export interface Supervisor {
  /** Returns when every child is ready. Error: that of the first child that cannot be brought up; the rest runs on. */
  start(): Promise<void>;
  /** Stops the groups in reverse order. Called again with `hurry`, kills what is left. */
  stop(hurry?: boolean): Promise<void>;
  child(name: string): ProcessStatus | undefined;
  processes(): readonly ProcessStatus[];
}

/** Starts children in order, keeps them running, and stops them in reverse order. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { home, onChange, onProgress, backoff = patientBackoff } = options;
  for (const folder of ['run', 'logs']) mkdirSync(join(home, folder), { recursive: true });
  const groups = options.groups.map((specs) => specs.map((spec) => childOf(spec)));
  const all = groups.flat();
  const processes = () => all.map(({ status }) => status);
  let stopping = false;
  let stopped: Promise<void> | undefined;
  let logTimer: NodeJS.Timeout | undefined;

  function childOf(spec: ChildSpec): SupervisedChild {
    return new SupervisedChild(spec, {
      log: join(home, 'logs', `${spec.name}.log`),
      backoff,
      onChange: (child, message) => {
        writeJson(
          childrenFile(home),
          all.flatMap(({ identity, spec: { name } }) => (identity ? [{ name, ...identity }] : [])),
        );
        onProgress?.({ process: spec.name, state: child.status.state, message });
        onChange?.();
      },
    });
  }

  async function start(): Promise<void> {
    logTimer = setInterval(() => all.forEach(({ status }) => boundLog(status.log)), logLookMilliseconds).unref();
    for (const group of groups) {
      if (stopping) return;
      await Promise.all(group.map((child) => child.start()));
    }
  }

  async function stopAll(hurry: boolean): Promise<void> {
    for (const [index, group] of [...groups.entries()].toReversed()) {
      await Promise.all(group.map((child) => child.stop(hurry)));
      await options.afterStop?.(index);
    }
    clearInterval(logTimer);
  }

  return {
    start,
    stop: (hurry = false) => {
      stopping = true;
      if (hurry && stopped !== undefined) return Promise.all(all.map((child) => child.stop(true))).then(() => stopped);
      stopped ??= stopAll(hurry);
      return stopped;
    },
    child: (name) => processes().find((status) => status.name === name),
    processes,
  };
}
