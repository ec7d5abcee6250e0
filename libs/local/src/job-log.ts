import { readBytes } from './read-bytes.js';

const mostBytes = 512 * 1024;

/** The last `lines` lines of a log, from at most the last 512 kB of each of its halves. */
export async function lastLines(path: string, lines: number): Promise<readonly string[]> {
  const newer = await linesIn(path);
  if (newer.length >= lines) return newer.slice(-lines);
  return [...(await linesIn(`${path}.older`)), ...newer].slice(-lines);
}

async function linesIn(path: string): Promise<readonly string[]> {
  const { position, bytes } = await readBytes(path, (size) => Math.max(0, size - mostBytes));
  return bytes
    .toString()
    .split('\n')
    .slice(position === 0 ? 0 : 1, -1);
}
