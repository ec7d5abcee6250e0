/** Where in a request something is wrong. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

/**
 * A request that was not answered as asked. `code` is the server's (`InvalidInput`, `NotFound`, `Overloaded`, …; see
 * docs/reference/errors.md), or one of the client's: `Unreachable`, `TimedOut`, `BadAnswer`; then `status` is 0.
 */
export class LaurelRequestError extends Error {
  override readonly name = 'LaurelRequestError';

  constructor(
    readonly code: string,
    message: string,
    readonly options: {
      /** HTTP status. */
      readonly status?: number;
      /** Seconds after which the server thinks that trying again may help. */
      readonly retryAfter?: number | null;
      readonly details?: readonly ErrorDetail[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
  }

  get status(): number {
    return this.options.status ?? 0;
  }

  get retryAfter(): number | null {
    return this.options.retryAfter ?? null;
  }

  get details(): readonly ErrorDetail[] {
    return this.options.details ?? [];
  }
}

/** The error that a response tells: a problem document, or `{"error": "Code: sentence"}` as the protocol has it. */
export async function errorOf(response: Response): Promise<LaurelRequestError> {
  const { status, url } = response;
  const retryAfter = secondsOf(response.headers.get('retry-after'));
  const { code, message, details } = told(await response.text().catch(() => ''));
  return new LaurelRequestError(code ?? `Http${status}`, message ?? `${url} answered ${status}.`, {
    status,
    retryAfter,
    details,
  });
}

function told(text: string): {
  readonly code?: string;
  readonly message?: string;
  readonly details: readonly ErrorDetail[];
} {
  const body = parsed(text);
  if (typeof body['code'] === 'string') {
    const details = Array.isArray(body['errors']) ? (body['errors'] as readonly ErrorDetail[]) : [];
    return { code: body['code'], ...(typeof body['detail'] === 'string' ? { message: body['detail'] } : {}), details };
  }
  const { error } = body;
  if (typeof error !== 'string') return { details: [] };
  const [, code, message] = /^([A-Z][A-Za-z]+): ([\s\S]*)$/.exec(error) ?? [];
  return code === undefined || message === undefined ? { message: error, details: [] } : { code, message, details: [] };
}

function parsed(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {};
  } catch {
    return {};
  }
}

/** A `Retry-After`, seconds or a date, in seconds. */
function secondsOf(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
