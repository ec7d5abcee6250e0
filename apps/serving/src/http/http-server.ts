import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LaurelError } from '@laurel/contracts';
import { asLaurelError, sendError } from './errors.js';
import type { Exchange } from './exchange.js';
import type { Router } from './router.js';

interface ServerLog {
  error(details: object, message: string): void;
}

export interface HttpServerParts {
  readonly router: Router;
  /** Rejects with `Unauthenticated` or `Forbidden`; `null` lets anybody pass. */
  readonly guard: ((request: IncomingMessage) => Promise<void>) | null;
  readonly log: ServerLog;
}

/**
 * Slow callers are cut off: headers within 5 s, the whole request within 30 s, an idle connection after 60 s, looked at
 * every second. Node's own limits are 60 s, 300 s and every 30 s.
 */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
  noDelay: true,
} as const;
const maximumHeaders = 100;
/** A connection on which nothing moves for so long while a request is open is cut: its reader does not read. */
const stillMilliseconds = 20_000;

/** The HTTP/1.1 server of a serving process; it does not listen yet. */
export function createHttpServer(parts: HttpServerParts): Server {
  const server = createServer(limits, (request, response) => answer(parts, { request, response, params: {} }));
  server.maxHeadersCount = maximumHeaders;
  server.timeout = stillMilliseconds;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(refusalOf(error.code));
    else socket.destroy();
  });
  return server;
}

const refusals: { readonly [code: string]: string } = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What a caller is told whose bytes are no request, or whose request does not come. */
function refusalOf(code: string | undefined): string {
  const status = refusals[code ?? ''] ?? '400 Bad Request';
  return `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
}

function answer({ router, guard, log }: HttpServerParts, exchange: Exchange): void {
  const { request, response } = exchange;
  const fail = (error: unknown) => {
    const known = asLaurelError(error);
    if (known.code === 'Internal') log.error({ err: error, url: request.url }, 'a request failed');
    sendError(exchange, known);
  };
  try {
    const match = router.find(request.method ?? 'GET', request.url ?? '/');
    if (guard !== null) {
      guard(request)
        .then(() => dispatch(match, request, response), fail)
        .catch(fail);
      return;
    }
    const done = dispatch(match, request, response);
    if (done !== undefined) done.catch(fail);
  } catch (error) {
    fail(error);
  }
}

function dispatch(
  match: ReturnType<Router['find']>,
  request: IncomingMessage,
  response: ServerResponse,
): void | Promise<void> {
  if (match !== undefined) return match.handler({ request, response, params: match.params });
  throw new LaurelError('NotFound', `There is no ${request.method} ${(request.url ?? '/').slice(0, 200)} here.`);
}
