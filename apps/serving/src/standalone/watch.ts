import { stat } from 'node:fs/promises';
import { type Repetition, repeat } from '../repeat.js';

const pollMilliseconds = 500;

/**
 * Looks at files again and again; calls `onChange` with the path of one that has changed and then stayed the same for one
 * look, so that a file that is being written is left alone. A file that is away counts as unchanged.
 */
export function watchFiles(paths: readonly string[], onChange: (path: string) => Promise<void>): Repetition {
  const served = new Map<string, string>();
  const seen = new Map<string, string>();

  async function look(path: string): Promise<void> {
    const mark = await markOf(path);
    if (mark === undefined) return;
    if (!served.has(path)) served.set(path, mark);
    const isSettled = seen.get(path) === mark;
    seen.set(path, mark);
    if (!isSettled || served.get(path) === mark) return;
    served.set(path, mark);
    await onChange(path);
  }

  return repeat(pollMilliseconds, async () => {
    for (const path of paths) await look(path);
  });
}

/** What changes when a file is written or replaced. */
async function markOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino}/${size}/${mtimeMs}`;
  } catch {
    return undefined;
  }
}
