import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const main = resolve('apps/serving/dist/main.js');
const readyMilliseconds = 60_000;
const lastWords = 1_000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One serving process. */
export interface ServingProcess {
  readonly pid: number;
  /** Resident memory of the process itself, bytes; `null` once it has ended. */
  residentBytes(): number | null;
  /** Processes of its own that run a graph. */
  graphProcesses(): readonly number[];
  openFiles(): number;
  /** Ends it without a word. */
  kill(): Promise<void>;
  /** Lets it drain. */
  stop(): Promise<void>;
}

/** Starts a serving process and waits until it listens. Error: how it ended and what it said last. */
export async function startProcess(environment: NodeJS.ProcessEnv, log: string): Promise<ServingProcess> {
  const output = openSync(log, 'a');
  const child = fork(main, {
    execArgv: [],
    stdio: ['ignore', output, output, 'ipc'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  closeSync(output);
  running.add(child);
  const ended = once(child, 'exit');
  child.once('exit', () => running.delete(child));
  const ready = once(child, 'message', { signal: AbortSignal.timeout(readyMilliseconds) });
  const first = await Promise.race([ready, ended.then(() => null)]);
  if (first === null) {
    const said = readFileSync(log, 'utf8').slice(-lastWords);
    throw new Error(`a serving process ended at once (${child.exitCode ?? child.signalCode}): ${said}`);
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await ended;
  };
  const pid = child.pid ?? 0;
  return {
    pid,
    residentBytes: () => residentBytes(pid),
    graphProcesses: () => descendantsOf(pid).filter((one) => readProc(one, 'cmdline').includes('session-child.mjs')),
    openFiles: () => readdirSync(`/proc/${pid}/fd`).length,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

function residentBytes(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, 'status'))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
}

function descendantsOf(pid: number): readonly number[] {
  const children = readProc(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Empty for a process that is gone. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
