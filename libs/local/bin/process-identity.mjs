// Who a process is. A process id alone may be another program's by now; with its start time (and the boot) it is unique.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const startTimeField = 19;

function linuxStart(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name, in parentheses, may hold spaces; what follows the last parenthesis is plain.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[startTimeField]}`;
}

function otherStart(pid) {
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

export function startOf(pid) {
  try {
    return (process.platform === 'linux' ? linuxStart(pid) : otherStart(pid)) || undefined;
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
