import { type ErrorCode, errorCodes } from './error-codes.js';

/** Where in a document something is wrong: a path such as `spec.data.source.uri`, and one sentence. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

const brand = Symbol.for('laurel.error');

/**
 * An error with a code of the one table. The message says what, which and what next in one sentence and is safe to
 * show; the cause is for logs only. Recognised by `isLaurelError`, which also works across realms.
 */
export class LaurelError extends Error {
  readonly [brand] = true;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: { readonly cause?: unknown; readonly details?: readonly ErrorDetail[] } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = code;
  }

  get details(): readonly ErrorDetail[] {
    return this.options.details ?? [];
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** Realm-safe `instanceof`. */
export function isLaurelError(error: unknown): error is LaurelError {
  return typeof error === 'object' && error !== null && brand in error;
}
