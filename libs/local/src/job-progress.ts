import type { JobProgress } from '@laurel/domain';
import { readBytes } from './read-bytes.js';

const nothingYet: JobProgress = { step: 0, totalSteps: null, metrics: {}, message: null };

/** Follows the protocol lines of one attempt; each call of `read` gives what is new since the last: messages, and the latest numbers. */
export function followEvents(path: string): { read(): Promise<readonly JobProgress[]> } {
  let position = 0;
  let rest = Buffer.alloc(0);
  let latest = nothingYet;
  return {
    read: async () => {
      const { bytes: added } = await readBytes(path, () => position);
      position += added.length;
      const bytes = Buffer.concat([rest, added]);
      const end = bytes.lastIndexOf(10) + 1;
      rest = bytes.subarray(end);
      const lines = bytes.subarray(0, end).toString().split('\n');
      const found = lines.flatMap((line) => {
        const next = applyEvent(latest, line);
        if (next === undefined) return [];
        latest = next;
        return [next];
      });
      return found.filter((progress, index) => progress.message !== null || index === found.length - 1);
    },
  };
}

/** Progress after one protocol line; `undefined` for a line that says nothing Laurel knows. */
function applyEvent(before: JobProgress, line: string): JobProgress | undefined {
  const event = parse(line);
  switch (event?.['laurel']) {
    case 'progress':
      return {
        step: count(event['step']) ?? before.step,
        totalSteps: count(event['totalSteps']) ?? null,
        metrics: numbers(event['metrics']),
        message: null,
      };
    case 'checkpoint':
      return {
        ...before,
        step: count(event['step']) ?? before.step,
        message: `checkpoint of step ${String(event['step'])} committed`,
      };
    case 'warning':
      return { ...before, message: String(event['message']) };
    default:
      return undefined;
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function numbers(value: unknown): JobProgress['metrics'] {
  if (typeof value !== 'object' || value === null) return {};
  const pairs = Object.entries(value).flatMap(([name, metric]) => {
    const number = count(metric);
    return number === undefined ? [] : [[name, number] as const];
  });
  return Object.fromEntries(pairs);
}
