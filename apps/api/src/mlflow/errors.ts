import { type ErrorCode, errorCodes, isLaurelError } from '@laurel/contracts';

/** Codes of MLflow that Laurel answers with, and their HTTP statuses (`mlflow/exceptions.py`). */
const statuses = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_CONFLICT: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  CANCELLED: 499,
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

type MlflowErrorCode = keyof typeof statuses;

/** Where MLflow has a closer word than the status gives. Its client acts on the first three. */
const closer: { readonly [code in ErrorCode]?: MlflowErrorCode } = {
  NotFound: 'RESOURCE_DOES_NOT_EXIST',
  AlreadyExists: 'RESOURCE_ALREADY_EXISTS',
  InvalidInput: 'INVALID_PARAMETER_VALUE',
  Unsupported: 'NOT_IMPLEMENTED',
};

/** By Laurel's HTTP status. The client tries 429, 500, 502, 503 and 504 again. */
const byStatus: { readonly [status: number]: MlflowErrorCode } = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'ENDPOINT_NOT_FOUND',
  409: 'RESOURCE_CONFLICT',
  413: 'BAD_REQUEST',
  415: 'BAD_REQUEST',
  422: 'INVALID_PARAMETER_VALUE',
  429: 'REQUEST_LIMIT_EXCEEDED',
  499: 'CANCELLED',
  501: 'NOT_IMPLEMENTED',
  502: 'TEMPORARILY_UNAVAILABLE',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  507: 'TEMPORARILY_UNAVAILABLE',
};

/** The code of MLflow for one of Laurel's. */
function mlflowCodeOf(code: ErrorCode): MlflowErrorCode {
  return closer[code] ?? byStatus[errorCodes[code].status] ?? 'INTERNAL_ERROR';
}

/** An error as MLflow's clients read it. */
export interface MlflowErrorAnswer {
  readonly status: number;
  readonly body: { readonly error_code: MlflowErrorCode; readonly message: string };
}

/** Any error in MLflow's form; what is not a `LaurelError` and not a client's mistake is `INTERNAL_ERROR`, unexplained. */
export function mlflowErrorOf(error: unknown): MlflowErrorAnswer {
  if (isLaurelError(error)) return answerWith(mlflowCodeOf(error.code), error.message);
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  if (status === 413) return answerWith('BAD_REQUEST', 'The body is too large; send it in several requests.');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return answerWith('BAD_REQUEST', `The request cannot be read: ${(error as Error).message}.`);
  }
  return answerWith('INTERNAL_ERROR', 'Something failed inside Laurel; the log has it under the x-request-id.');
}

/** For a path below MLflow's prefixes that Laurel does not serve. */
export function unknownEndpoint(method: string, path: string): MlflowErrorAnswer {
  return answerWith('ENDPOINT_NOT_FOUND', `No service is registered for ${method} ${path}.`);
}

function answerWith(error_code: MlflowErrorCode, message: string): MlflowErrorAnswer {
  return { status: statuses[error_code], body: { error_code, message } };
}
