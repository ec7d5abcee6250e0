import { type Digest, failureIn, isDigest } from '@laurel/domain';
import { isPlain } from '../api/log-lines.js';
import type { LastWords } from './rank-end.js';

const longestQuote = 500;

/** What lines of a container, oldest first, say about its end. */
export function lastWords(lines: readonly string[]): LastWords {
  const failure = lines
    .map((line) => failureIn(line) ?? supervisorsFailure(line))
    .findLast((found) => found !== undefined);
  const line = lines.findLast(isPlain)?.trim().slice(0, longestQuote) ?? '';
  return { failure, line };
}

/** The output that `laurel_trainer.pod` stored, by one line of its standard output. */
export function outputIn(line: string): Digest | undefined {
  const event = eventIn(line);
  const digest = event?.['digest'];
  return event?.['laurel'] === 'output' && typeof digest === 'string' && isDigest(digest) ? digest : undefined;
}

/** Causes that a trainer cannot know about itself but the process around it does. */
const supervisorsCauses = ['noModel', 'notStarted'] as const;

function supervisorsFailure(line: string): LastWords['failure'] {
  const event = eventIn(line);
  if (event?.['laurel'] !== 'failure') return undefined;
  const cause = supervisorsCauses.find((known) => known === event['cause']);
  const { message } = event;
  if (cause === undefined || typeof message !== 'string') return undefined;
  return { cause, step: null, message };
}

function eventIn(line: string): { readonly [key: string]: unknown } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
