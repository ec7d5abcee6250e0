import { setPriority } from 'node:os';
import { succeeds } from './succeeds.js';

const niceness = 10;

/** Lets a process that has just been started have a tenth of a contested processor; its threads inherit that. */
export function startLow(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, which is told by its exit.
  }
}

/**
 * Lets a process run only while nobody else wants the processor, which is then taken from it at once: niceness alone
 * keeps others waiting for some milliseconds. Loading would take for ever like that on a busy machine, so it comes after.
 * Where the system has no such thing niceness must do.
 */
export async function onlyWhenIdle(pid: number): Promise<void> {
  await succeeds(['/usr/bin/chrt', '--idle', '--all-tasks', '--pid', '0', String(pid)]);
}
