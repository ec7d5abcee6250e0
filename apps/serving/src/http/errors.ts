import { type ErrorCode, errorCodes, isLaurelError, LaurelError } from '@laurel/contracts';
import { type Exchange, headerOf, send } from './exchange.js';

/** Codes after which trying again soon may help; the answer says when. */
const retryAfterSeconds: { readonly [code in ErrorCode]?: string } = {
  ModelNotReady: '1',
  Overloaded: '1',
  BreakerOpen: '5',
  DependencyUnavailable: '5',
};

/** Any error as one of the table; what was not foreseen becomes `Internal`. */
export function asLaurelError(error: unknown): LaurelError {
  if (isLaurelError(error)) return error;
  return new LaurelError('Internal', 'The request failed in a way that was not foreseen; see the log.', {
    cause: error,
  });
}

/**
 * Answers with a problem document (RFC 9457); under the paths of other protocols as they want it. `headers`: further ones,
 * names and values in turn.
 */
export function sendError(
  exchange: Pick<Exchange, 'request' | 'response'>,
  error: LaurelError,
  headers: readonly string[] = [],
): void {
  const { request, response } = exchange;
  if (response.headersSent || response.destroyed) return;
  const { code, message, details } = error;
  const { status, meaning } = errorCodes[code];
  const retryAfter = retryAfterSeconds[code];
  const more = [
    ...headers,
    ...(retryAfter === undefined ? [] : ['retry-after', retryAfter]),
    // What is left of a body that was not read would be taken for the next request.
    ...(request.complete || !hasBody(request) ? [] : ['connection', 'close']),
  ];
  const url = request.url ?? '/';
  if (wantsPlainError(url)) {
    send(exchange, { status, body: JSON.stringify({ error: `${code}: ${message}` }), more });
    return;
  }
  const problem = {
    type: `urn:laurel:error:${code}`,
    title: meaning,
    status,
    detail: message,
    instance: url,
    code,
    errors: details,
  };
  send(exchange, { status, type: 'application/problem+json', body: JSON.stringify(problem), more });
}

function hasBody(request: Exchange['request']): boolean {
  return Number(headerOf(request, 'content-length') ?? 0) > 0 || headerOf(request, 'transfer-encoding') !== undefined;
}

const plainErrorPaths = ['/v2', '/v1', '/invocations', '/ping', '/predictions'];

/** Open Inference Protocol, KServe v1, MLflow and TorchServe answer `{"error": …}`. */
function wantsPlainError(url: string): boolean {
  return plainErrorPaths.some((path) => url === path || url.startsWith(`${path}/`) || url.startsWith(`${path}?`));
}
