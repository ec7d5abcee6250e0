import { type ErrorCode, type ErrorDetail, errorCodes, isLaurelError, LaurelError } from '@laurel/contracts';
import type { Problem } from '@laurel/contracts/schemas';
import { HttpException } from '@nestjs/common';

/** Seconds after which a retryable request may be tried again. */
const retryAfterSeconds = 2;

/** An error as it is answered. */
export interface ProblemAnswer {
  readonly body: Problem;
  readonly headers: { readonly [name: string]: string };
}

/** The problem document of an error; whatever is not a `LaurelError` and not a client's mistake is `Internal`. */
export function problemOf(error: unknown, request: { readonly url: string; readonly id: string }): ProblemAnswer {
  const { code, message, details } = recognise(error);
  const entry = errorCodes[code];
  const pending = isLaurelError(error) && error.options.cause === retrySoon;
  return {
    body: {
      type: `urn:laurel:error:${code}`,
      title: entry.meaning,
      status: entry.status,
      detail: message,
      instance: request.url.split('?', 1)[0] ?? '/',
      code,
      remedy: entry.remedy,
      requestId: request.id,
      errors: details.map(({ path, message }) => ({ path, message })),
    },
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(entry.retryable || pending ? { 'retry-after': String(retryAfterSeconds) } : {}),
      ...(code === 'Unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
    },
  };
}

/** Cause of an error that a client may retry although its code as such is final. */
export const retrySoon = Symbol('retrySoon');

interface Recognised {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
}

function recognise(error: unknown): Recognised {
  if (isLaurelError(error)) return { code: error.code, message: error.message, details: error.details };
  const status = statusOf(error);
  if (status === 404) return plain('NotFound', 'There is nothing at this path; see /docs for what there is.');
  if (status === 413) return plain('TooLarge', 'The body is larger than 1 MiB; send it in several requests.');
  if (status !== undefined && status >= 400 && status < 500) {
    return plain('InvalidInput', `The request cannot be read: ${(error as Error).message}.`);
  }
  return plain('Internal', 'Something failed inside Laurel; the log has it under this request id.');
}

function plain(code: ErrorCode, message: string): Recognised {
  return { code, message, details: [] };
}

/** Status that Nest or Fastify gave an error of theirs. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** A validation failure as `InvalidInput`, each problem under its path. */
export function invalidInput(
  issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[],
): LaurelError {
  const details = issues.map(({ message, path = [] }) => ({ path: path.map(segmentText).join('.'), message }));
  const list = details.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  return new LaurelError('InvalidInput', `The request is malformed: ${list}.`, { details });
}

function segmentText(segment: unknown): string {
  return typeof segment === 'object' && segment !== null ? String((segment as { key: unknown }).key) : String(segment);
}
