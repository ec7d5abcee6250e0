import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ServerProgram {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly workingDirectory?: string;
  readonly log: string;
  /** Asked until it says yes. */
  readonly ready: () => Promise<boolean>;
  readonly readyMilliseconds?: number;
}

/** A server with all processes it has started itself. */
export interface ServerProcess {
  /** Stops it from using any processor time until `resume`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const stopMilliseconds = 15_000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/** Starts a server in a process group of its own and waits until it is ready. Error: how it ended and what it said last. */
export async function startServerProcess(program: ServerProgram): Promise<ServerProcess> {
  const {
    name,
    command,
    log,
    environment = {},
    workingDirectory = process.cwd(),
    readyMilliseconds = 90_000,
  } = program;
  const [file = '', ...args] = command;
  const output = openSync(log, 'a');
  const child = spawn(file, args, {
    cwd: workingDirectory,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], OMP_NUM_THREADS: '1', ...environment },
    stdio: ['ignore', output, output],
    detached: true,
  });
  running.add(child);
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  const over = AbortSignal.any([AbortSignal.timeout(readyMilliseconds), abortedAfter(failed)]);
  if (!(await untilReady(program.ready, over))) {
    const reason = await Promise.race([failed, Promise.resolve('it was not ready in time')]);
    signalGroup(child, 'SIGKILL');
    running.delete(child);
    throw new Error(`${name} did not start: ${reason}; it said: ${lastOf(log)}`);
  }
  return {
    pause: () => signalGroup(child, 'SIGSTOP'),
    resume: () => signalGroup(child, 'SIGCONT'),
    stop: () => stop(child),
  };
}

/** Gives false when `over` comes first. */
async function untilReady(ready: () => Promise<boolean>, over: AbortSignal): Promise<boolean> {
  while (!over.aborted) {
    if (await ready()) return true;
    await pause(100);
  }
  return false;
}

function abortedAfter(event: Promise<unknown>): AbortSignal {
  const controller = new AbortController();
  void event.then(() => controller.abort());
  return controller.signal;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    signalGroup(child, 'SIGCONT');
    child.kill('SIGTERM');
    await Promise.race([ended, pause(stopMilliseconds, undefined, { ref: false })]);
  }
  signalGroup(child, 'SIGKILL');
  running.delete(child);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

function lastOf(log: string): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.slice(-8).join(' | ').slice(-1_500) || 'nothing';
}
