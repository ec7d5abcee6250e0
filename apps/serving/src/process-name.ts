import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

const hostPart = hostname().replace(/[^A-Za-z0-9.-]/g, '-');

/** A name for this process that no other has or will have: `<host>-<pid>-<random>`. */
export function newProcessName(): string {
  return `${hostPart}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/**
 * Tells whether the process with this name may still run. One of another machine may; one of this machine does when its
 * number is taken by another process than this one.
 */
export function isProcessAlive(name: string): boolean {
  const [, host, pid] = /^(.+)-(\d+)-[0-9a-f]{8}$/.exec(name) ?? [];
  if (host === undefined || host !== hostPart) return true;
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code !== 'ESRCH';
  }
}
