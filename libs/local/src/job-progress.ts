import { hostname } from 'node:os';
import { type JobProgress, progressAfter, progressAtStart } from '@laurel/domain';
import { type AttemptFiles, readStart } from './job-files.js';
import { readBytes } from './read-bytes.js';

const mostBytes = 4 * 1024 * 1024;

/**
 * Follows an attempt. The first call of `read` gives its place as it is now; each further one what is new since the last:
 * messages, and the latest numbers.
 */
export async function followAttempt(attempt: AttemptFiles): Promise<{ read(): Promise<readonly JobProgress[]> }> {
  const start = await readStart(attempt);
  let latest = progressAtStart({
    attempt: attempt.number,
    node: hostname(),
    waiting: null,
    fromStep: start?.resumeStep ?? null,
  });
  const lines = followLines(attempt.events);
  let first = true;
  return {
    read: async () => {
      const found: JobProgress[] = first ? [latest] : [];
      first = false;
      for (let piece = await lines.read(); piece !== undefined; piece = await lines.read()) {
        for (const line of piece) {
          const next = afterSupervisor(latest, line) ?? progressAfter(latest, line);
          if (next === undefined) continue;
          latest = next;
          if (next.message !== null || found.at(-1)?.message !== null) found.push(next);
          else found[found.length - 1] = next;
        }
      }
      return found.filter((progress, index) => progress.message !== null || index === found.length - 1);
    },
  };
}

/** The supervisor's own lines; a trainer's have the key `laurel`. */
function afterSupervisor(before: JobProgress, line: string): JobProgress | undefined {
  if (!line.startsWith('{"supervisor":')) return undefined;
  const { message } = JSON.parse(line) as { readonly message: string | null };
  return { ...before, waiting: message };
}

/** Whole lines of a file that grows, a bounded piece of it per call; `undefined` when there is nothing new. */
function followLines(path: string): { read(): Promise<readonly string[] | undefined> } {
  let position = 0;
  let rest = Buffer.alloc(0);
  return {
    read: async () => {
      const { bytes: added } = await readBytes(path, () => position, mostBytes);
      if (added.length === 0) return undefined;
      position += added.length;
      const bytes = Buffer.concat([rest, added]);
      const end = bytes.lastIndexOf(10) + 1;
      rest = bytes.subarray(end);
      return bytes.subarray(0, end).toString().split('\n');
    },
  };
}
