import { Metadata, type ServerErrorResponse, type StatusObject, status } from '@grpc/grpc-js';
import type { ErrorCode, LaurelError } from '@laurel/contracts';

/** The status of each code; all others are INTERNAL. */
const statuses: { readonly [code in ErrorCode]?: status } = {
  InvalidInput: status.INVALID_ARGUMENT,
  NotFound: status.NOT_FOUND,
  ModelNotReady: status.UNAVAILABLE,
  BreakerOpen: status.UNAVAILABLE,
  DependencyUnavailable: status.UNAVAILABLE,
  Overloaded: status.RESOURCE_EXHAUSTED,
  TooLarge: status.RESOURCE_EXHAUSTED,
  StorageFull: status.RESOURCE_EXHAUSTED,
  DeadlineExceeded: status.DEADLINE_EXCEEDED,
  Cancelled: status.CANCELLED,
  Unauthenticated: status.UNAUTHENTICATED,
  Forbidden: status.PERMISSION_DENIED,
  Unsupported: status.UNIMPLEMENTED,
  Conflict: status.ABORTED,
  RolloutInProgress: status.FAILED_PRECONDITION,
};

/** The trailer that carries a code: several codes share a status. */
const codeTrailer = 'x-laurel-error';
/** Trailers share a block of 8 KiB in most clients. */
const longestMessage = 1_000;

/** An error as grpc-js sends it; its trailer `x-laurel-error` has the code. */
export function statusOf({ code, message }: Pick<LaurelError, 'code' | 'message'>): ServerErrorResponse & StatusObject {
  const metadata = new Metadata();
  metadata.set(codeTrailer, code);
  const details = sendable(message);
  return { name: code, message: details, code: statuses[code] ?? status.INTERNAL, details, metadata };
}

/**
 * A message as one line of a length that clients take. Names that callers chose may be in it: half of a surrogate pair,
 * which a cut leaves, would make encodeURI throw within grpc-js.
 */
export function sendable(message: string): string {
  return message.slice(0, longestMessage).replaceAll(unprintable, '?').toWellFormed();
}

// Control characters and the two line breaks of Unicode.
const unprintable = /[\p{Cc}\u2028\u2029]/gu;
