import { readBytes } from './read-bytes.js';

const mostBytes = 512 * 1024;

/** The last `lines` lines of a log file, from at most its last 512 kB. */
export async function lastLines(path: string, lines: number): Promise<readonly string[]> {
  const { position, bytes } = await readBytes(path, (size) => Math.max(0, size - mostBytes));
  const all = bytes.toString().split('\n');
  return all.slice(position === 0 ? 0 : 1, -1).slice(-lines);
}
