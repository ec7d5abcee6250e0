import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** A log grows to this size, then moves to `NAME.log.1`. */
const largestLog = 10 * 1024 * 1024;

/** Moves a log that has grown too large aside. Its writer appends, and so goes on at the start of the emptied file. */
export function boundLog(path: string, largest = largestLog): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= largest) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** The last lines of a log, oldest first. */
export function lastLines(path: string, count: number, most = 16_384): readonly string[] {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.min(size, most));
      readSync(file, buffer, 0, buffer.length, size - buffer.length);
      return buffer
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(-count);
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}
