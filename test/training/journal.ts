import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A line that `trainers/observed.py` wrote. `at`: milliseconds since 1970. */
export type JournalLine = {
  readonly at: number;
  readonly rank: number;
  readonly fence: number;
} & (
  | { readonly kind: 'began'; readonly pid: number; readonly port: number }
  | { readonly kind: 'resumed' | 'step'; readonly step: number }
  | { readonly kind: 'commit'; readonly step: number; readonly bytes: number; readonly milliseconds: number }
  | { readonly kind: 'ended' }
);

/** What one attempt did, as rank 0 wrote it. */
export interface AttemptTrace {
  readonly fence: number;
  readonly began: number;
  /** Step of the checkpoint it went on from; `null` when it ended before it looked for one. */
  readonly from: number | null;
  /** Steps it did, in order. */
  readonly steps: readonly { readonly step: number; readonly at: number }[];
  readonly commits: readonly { readonly step: number; readonly bytes: number; readonly milliseconds: number }[];
  readonly ended: number | null;
}

const lookMilliseconds = 10;

/** The journal of a run; empty until its trainer begins. */
export async function readJournal(folder: string, runId: string): Promise<readonly JournalLine[]> {
  const text = await readFile(join(folder, `${runId}.jsonl`), 'utf8').catch(() => '');
  // A line that is being written has no end yet.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalLine);
}

/** The attempts of a run in the order of their fences, by the lines of rank 0. */
export function attemptsIn(lines: readonly JournalLine[]): readonly AttemptTrace[] {
  const own = lines.filter(({ rank }) => rank === 0);
  const fences = [...new Set(own.map(({ fence }) => fence))].sort((a, b) => a - b);
  return fences.map((fence) => traceOf(own.filter((line) => line.fence === fence)));
}

function traceOf(lines: readonly JournalLine[]): AttemptTrace {
  const first = lines[0];
  if (first === undefined) throw new Error('an attempt without a line');
  const resumed = lines.find(({ kind }) => kind === 'resumed');
  const ended = lines.find(({ kind }) => kind === 'ended');
  return {
    fence: first.fence,
    began: first.at,
    from: resumed?.kind === 'resumed' ? resumed.step : null,
    steps: lines.flatMap((line) => (line.kind === 'step' ? [{ step: line.step, at: line.at }] : [])),
    commits: lines.flatMap((line) =>
      line.kind === 'commit' ? [{ step: line.step, bytes: line.bytes, milliseconds: line.milliseconds }] : [],
    ),
    ended: ended?.at ?? null,
  };
}

/**
 * Waits until an attempt after the first `former` ones has done the step `step`. `undefined` when the run ended first
 * (`isOver`), or when the steps ran out.
 */
export async function untilStep(
  journal: { readonly folder: string; readonly runId: string },
  wanted: { readonly former: number; readonly step: number; readonly isOver: () => boolean },
): Promise<AttemptTrace | undefined> {
  while (!wanted.isOver()) {
    const attempts = attemptsIn(await readJournal(journal.folder, journal.runId));
    const present = attempts[wanted.former];
    if (present?.steps.some(({ step }) => step >= wanted.step) === true) return present;
    await sleep(lookMilliseconds);
  }
  return undefined;
}

/**
 * Steps done in vain: of each attempt but the last, how far it had come beyond where the next one went on. One number an
 * interruption.
 */
export function lostSteps(attempts: readonly AttemptTrace[]): readonly number[] {
  return attempts.slice(0, -1).map((attempt, index) => {
    const next = attempts.slice(index + 1).find(({ from }) => from !== null);
    const reached = attempt.steps.at(-1)?.step ?? attempt.from ?? 0;
    return next?.from == null ? 0 : Math.max(0, reached - next.from);
  });
}
