import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Who a process is: an id alone may be another program's by now; with boot and start time it is unique. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
}

/** Place of the start time among the fields of /proc/PID/stat that follow the program's name (proc(5), field 22). */
const startTimeField = 19;
const lookMilliseconds = 25;

/** Identity of a live process; undefined when there is none of this id. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const start = startOf(pid);
  return start === undefined ? undefined : { pid, start };
}

/** Does this very process still run? */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.pid > 0 && startOf(identity.pid) === identity.start;
}

/** Sends a signal to this very process, or to the group it leads; harmless when it is gone. */
export function signalProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  whom: 'alone' | 'group' = 'alone',
): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(whom === 'group' ? -identity.pid : identity.pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Waits until the process has ended; tells whether it did in time. */
async function hasEnded(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (isAlive(identity)) {
    if (performance.now() > until) return false;
    await delay(lookMilliseconds);
  }
  return true;
}

/** Asks a process to end, and after the grace period kills it with its group. */
export async function endProcess(
  identity: ProcessIdentity,
  how: { readonly signal?: NodeJS.Signals; readonly graceMilliseconds: number },
): Promise<void> {
  signalProcess(identity, how.signal ?? 'SIGTERM');
  if (await hasEnded(identity, how.graceMilliseconds)) return;
  signalProcess(identity, 'SIGKILL', 'group');
  signalProcess(identity, 'SIGKILL');
  await hasEnded(identity, 5_000);
}

function startOf(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? linuxStart(pid) : otherStart(pid);
  } catch {
    return undefined;
  }
}

function linuxStart(pid: number): string | undefined {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name, in parentheses, may hold spaces; what follows the last parenthesis is plain.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[startTimeField] ?? ''}`;
}

function otherStart(pid: number): string | undefined {
  return (
    execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim() || undefined
  );
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');
}
