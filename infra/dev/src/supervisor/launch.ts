import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, type ProcessIdentity } from '../processes/identity.js';
import type { ChildSpec } from './child-spec.js';

const probeMilliseconds = 100;

/** A child that has been started. */
export interface Launched {
  /** None when the program could not be started at all. */
  readonly identity: ProcessIdentity | undefined;
  /** How it ended: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** True once ready, false when it ended before or `signal` gave up on it. */
  readonly ready: (signal: AbortSignal) => Promise<boolean>;
}

/**
 * Starts the child in a session of its own, so that Ctrl-C at the terminal does not reach it, with its output appended to
 * a log that goes on being written should this process die.
 */
export function launch(spec: ChildSpec, log: string): Launched {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a');
  const [program, ...parameters] = spec.command;
  const child = spawn(program, parameters, {
    cwd: spec.workingDirectory,
    env: spec.environment,
    detached: true,
    stdio: ['ignore', file, file, ...(spec.readiness.kind === 'message' ? (['ipc'] as const) : [])],
    ...(spec.user === undefined ? {} : { uid: spec.user.uid, gid: spec.user.gid }),
  });
  closeSync(file);
  if (spec.mayOutlive === true) child.unref();
  const ended = endOf(child);
  const said = spec.readiness.kind === 'message' ? readyMessage(child) : undefined;
  return {
    identity: child.pid === undefined ? undefined : identityOf(child.pid),
    ended,
    ready: (signal) => becomesReady({ spec, said, ended, signal }),
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(`not started (${error.message})`);
    });
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`),
    );
  });
}

function readyMessage(child: ChildProcess): Promise<true> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if ((message as { readonly laurel?: unknown } | null)?.laurel === 'ready') resolve(true);
    });
  });
}

interface Waiting {
  readonly spec: ChildSpec;
  readonly said: Promise<true> | undefined;
  readonly ended: Promise<string>;
  readonly signal: AbortSignal;
}

async function becomesReady({ spec, said, ended, signal }: Waiting): Promise<boolean> {
  const over = new AbortController();
  const gone = ended.then(() => false);
  const given = new Promise<false>((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  try {
    return await Promise.race([said ?? probeUntilYes(spec, over.signal), gone, given]);
  } finally {
    over.abort();
  }
}

async function probeUntilYes({ readiness }: ChildSpec, signal: AbortSignal): Promise<boolean> {
  if (readiness.kind !== 'probe') return false;
  while (!signal.aborted) {
    if (await readiness.probe()) return true;
    await delay(probeMilliseconds);
  }
  return false;
}
