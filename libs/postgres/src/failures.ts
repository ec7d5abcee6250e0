import { type ErrorCode, isLaurelError, LaurelError } from '@laurel/contracts';

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** Messages of `pg` itself, which carry no code. */
const droppedMessage =
  /connection terminated|timeout exceeded when trying to connect|read timeout|not queryable|client was closed|has been discarded|pool after calling end|connection error/i;

interface Meaning {
  readonly code: ErrorCode;
  readonly sentence: (detail: string) => string;
}

const unavailable: Meaning = {
  code: 'DependencyUnavailable',
  sentence: (detail) => `Postgres does not answer (${detail}); the call may be tried again.`,
};
const malformed: Meaning = { code: 'InvalidInput', sentence: (detail) => `Postgres refuses a value: ${detail}.` };

/** By SQLSTATE, or by its first two characters. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const meanings: { readonly [state: string]: Meaning } = {
  '08': unavailable,
  '28': unavailable,
  '40': unavailable,
  '53': unavailable,
  '57': unavailable,
  '3D000': unavailable,
  '25P03': unavailable,
  '25006': unavailable,
  '55P03': unavailable,
  '42P01': {
    code: 'DependencyUnavailable',
    sentence: (detail) => `The database is not migrated (${detail}); start laurel up, which migrates it.`,
  },
  '53100': {
    code: 'StorageFull',
    sentence: (detail) => `The disk of Postgres is full (${detail}); free space and try again.`,
  },
  '22': malformed,
  '23502': malformed,
  '23514': malformed,
  '23505': { code: 'Conflict', sentence: (detail) => `The entry exists already: ${detail}.` },
  '23503': { code: 'Conflict', sentence: (detail) => `The entry refers to something that is not there: ${detail}.` },
  LA001: { code: 'Conflict', sentence: (detail) => `${detail}.` },
  LA002: { code: 'InvalidInput', sentence: (detail) => `${detail}.` },
};

/**
 * Turns what `pg` throws into an error of the one table; the original becomes the cause. What it does not know, and
 * what is a `LaurelError` already, is returned as it is.
 */
export function translate(error: unknown): unknown {
  if (!isErrorLike(error) || isLaurelError(error)) return error;
  const state = sqlState(error);
  const meaning = meanings[state] ?? meanings[state.slice(0, 2)] ?? (isDropped(error, state) ? unavailable : undefined);
  if (meaning === undefined) return error;
  return new LaurelError(meaning.code, meaning.sentence(error.message || state), { cause: error });
}

/** True for a transaction that Postgres gave up because of another one; trying it again is safe. */
export function isCollision(error: unknown): boolean {
  const cause = isLaurelError(error) ? error.options.cause : error;
  return isErrorLike(cause) && ['40001', '40P01'].includes(sqlState(cause));
}

interface ErrorLike {
  readonly message: string;
  readonly code?: unknown;
}

/** Not `instanceof`: errors of sockets come from another realm when tests run in a VM. */
function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}

function sqlState({ code }: ErrorLike): string {
  return typeof code === 'string' ? code : '';
}

function isDropped(error: ErrorLike, state: string): boolean {
  return unreachable.has(state) || droppedMessage.test(error.message);
}
