// Who a process is. A process id alone may be another program's by now; with its start time (and the boot) it is unique.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const place = { state: 0, parent: 1, group: 2, start: 19 };

let boot;

/** This start of the machine. */
export function bootId() {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

/** One process of Linux' table; `undefined` when it has ended, collected or not. */
export function readProcess(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The program's name, in parentheses, may hold spaces; what follows the last parenthesis is plain.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[place.state] === 'Z' || fields[place.state] === 'X') return undefined;
  const start = `${bootId()}:${fields[place.start]}`;
  return { pid, parent: Number(fields[place.parent]), group: Number(fields[place.group]), start };
}

function otherStart(pid) {
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

export function startOf(pid) {
  try {
    return (process.platform === 'linux' ? readProcess(pid)?.start : otherStart(pid)) || undefined;
  } catch {
    return undefined;
  }
}

export function identityOf(pid) {
  return { pid, start: startOf(pid) ?? 'gone' };
}

export function isAlive(identity) {
  return startOf(identity.pid) === identity.start;
}

export function isOfThisBoot(identity) {
  return process.platform !== 'linux' || identity.start.startsWith(`${bootId()}:`);
}
