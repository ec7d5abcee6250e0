import type { JobProgress } from './job.js';
import type { EndCause } from './job-end.js';

/** Causes that a trainer can know and may name itself. */
export const failureCauses = [
  'badConfiguration',
  'badData',
  'badParameters',
  'crashed',
  'notANumber',
  'outOfMemory',
  'peerLost',
  'storageFull',
  'tryAgain',
] as const satisfies readonly EndCause[];

/** What a trainer said about its own end: `{"laurel":"failure","cause":"notANumber","step":120,"message":"…"}`. */
export interface TrainerFailure {
  readonly cause: (typeof failureCauses)[number];
  readonly step: number | null;
  readonly message: string;
}

/** The place of an attempt that has said nothing yet. */
export function progressAtStart(of: Pick<JobProgress, 'attempt' | 'node' | 'waiting' | 'fromStep'>): JobProgress {
  return { ...of, checkpointStep: of.fromStep, step: 0, totalSteps: null, metrics: {}, message: null };
}

/**
 * The place after one line of the trainer's standard output; `undefined` for a line that says nothing about it. Steps
 * and checkpoints never go back: a lower number than before is passed over.
 */
export function progressAfter(before: JobProgress, line: string): JobProgress | undefined {
  const event = eventIn(line);
  if (event === undefined) return undefined;
  const step = Math.max(before.step, countIn(event['step']) ?? 0);
  switch (event['laurel']) {
    case 'progress': {
      const totalSteps = countIn(event['totalSteps']) ?? null;
      return { ...before, step, totalSteps, metrics: numbersIn(event['metrics']), message: null, waiting: null };
    }
    case 'checkpoint': {
      const checkpointStep = Math.max(before.checkpointStep ?? 0, countIn(event['step']) ?? 0);
      const message = `checkpoint of step ${checkpointStep} committed`;
      return { ...before, step, checkpointStep, message, waiting: null };
    }
    case 'warning':
      return { ...before, message: textIn(event['message']) };
    default:
      return undefined;
  }
}

/** The failure that one line of the trainer's standard output names; of several lines the last counts. */
export function failureIn(line: string): TrainerFailure | undefined {
  const event = eventIn(line);
  if (event?.['laurel'] !== 'failure') return undefined;
  const cause = failureCauses.find((known) => known === event['cause']);
  if (cause === undefined) return undefined;
  return { cause, step: countIn(event['step']) ?? null, message: textIn(event['message']) };
}

/** The object of a protocol line: JSON with the key `laurel`. */
function eventIn(line: string): { readonly [key: string]: unknown } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('laurel' in value)) return undefined;
    return value;
  } catch {
    return undefined;
  }
}

function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2_000) : JSON.stringify(value ?? null).slice(0, 2_000);
}

function numbersIn(value: unknown): JobProgress['metrics'] {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, number] => Number.isFinite(pair[1])));
}
