import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ContainerLog } from './container-log.js';
import { killAll, markerName, memoryOf, processesOf, signal } from './processes.js';
import type { Terminated } from './shapes.js';

export interface ContainerSpec {
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Null: no limit. */
  readonly memoryBytes: number | null;
  /** Mark of the container's processes. */
  readonly marker: string;
  readonly log: ContainerLog;
}

const memoryLookMilliseconds = 200;
/** Every fifth look at the memory looks for new processes too. */
const searchEvery = 5;
const drainMilliseconds = 1_000;

/** The processes of one container: a main process, and whatever it starts, which does not outlive it. */
export class ContainerProcess {
  readonly startedAt = new Date().toISOString();
  readonly ended: Promise<Terminated>;
  readonly #spec: ContainerSpec;
  readonly #child: ChildProcess;
  #outOfMemory = false;

  constructor(spec: ContainerSpec) {
    const [program = '', ...parameters] = spec.command;
    this.#spec = spec;
    this.#child = spawn(program, parameters, {
      cwd: spec.workingDirectory,
      env: { ...spec.environment, [markerName]: spec.marker },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.#child.stdout !== null) spec.log.take(this.#child.stdout);
    if (this.#child.stderr !== null) spec.log.take(this.#child.stderr);
    this.ended = this.#end();
  }

  /** To the main process, as a runtime does. */
  signal(name: NodeJS.Signals): void {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) signal(this.#child.pid, name);
  }

  /** To everything the container has started. */
  kill(): void {
    this.signal('SIGKILL');
    killAll(this.#spec.marker);
  }

  async #end(): Promise<Terminated> {
    const stopLooking = this.#watchMemory();
    const exit = await exitOf(this.#child);
    stopLooking();
    killAll(this.#spec.marker);
    if (!('error' in exit)) await drained(this.#child);
    this.#spec.log.close();
    const times = { startedAt: this.startedAt, finishedAt: new Date().toISOString() };
    if ('error' in exit)
      return { kind: 'terminated', exitCode: 128, reason: 'StartError', message: exit.error, ...times };
    const exitCode = exit.code ?? 128 + constants.signals[exit.signal ?? 'SIGKILL'];
    if (this.#outOfMemory) return { kind: 'terminated', exitCode, reason: 'OOMKilled', ...times };
    return { kind: 'terminated', exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', ...times };
  }

  #watchMemory(): () => void {
    const { memoryBytes, marker } = this.#spec;
    if (memoryBytes === null) return () => undefined;
    let looks = 0;
    let pids: readonly number[] = [];
    const timer = setInterval(() => {
      if (looks % searchEvery === 0) pids = processesOf(marker);
      looks += 1;
      if (memoryOf(pids) <= memoryBytes) return;
      this.#outOfMemory = true;
      this.kill();
    }, memoryLookMilliseconds);
    return () => clearInterval(timer);
  }
}

type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null } | { readonly error: string };

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ error: error.message });
    });
    child.once('exit', (code, name) => resolve({ code, signal: name }));
  });
}

/** Waits until both outputs have been read; a process without the mark may hold them open. */
function drained(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, drainMilliseconds);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
