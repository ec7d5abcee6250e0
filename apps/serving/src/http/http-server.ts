import { createServer, type IncomingMessage, type Server } from 'node:http';
import { LaurelError } from '@laurel/contracts';
import type { Tracer } from '@laurel/telemetry';
import type { Denied } from '../denials.js';
import { traceExchange } from '../tracing/http-trace.js';
import { traceOf } from '../tracing/request-trace.js';
import { asLaurelError, sendError } from './errors.js';
import { type Exchange, headerOf } from './exchange.js';
import type { Router } from './router.js';

interface ServerLog {
  error(details: object, message: string): void;
}

export interface HttpServerParts {
  readonly router: Router;
  /** Rejects with `Unauthenticated` or `Forbidden`; `null` lets anybody pass. */
  readonly guard: ((request: IncomingMessage) => Promise<void>) | null;
  /** Writes a span for each request but those after health; `null` writes none. */
  readonly tracer: Tracer | null;
  readonly denied: Denied;
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

/** An HTTP server and what it has to do. */
export interface HttpServer {
  readonly server: Server;
  /** Requests whose head has come and whose answer is not written. */
  inFlight(): number;
}

/** The HTTP/1.1 server of a serving process; it does not listen yet. */
export function createHttpServer(parts: HttpServerParts): HttpServer {
  let inFlight = 0;
  const leave = () => {
    inFlight -= 1;
  };
  const server = createServer(limits, (request, response) => {
    inFlight += 1;
    answer(parts, { request, response, params: {} }, leave);
  });
  server.maxHeadersCount = maximumHeaders;
  server.timeout = stillMilliseconds;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(refusalOf(error.code));
    else socket.destroy();
  });
  return { server, inFlight: () => inFlight };
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

function answer(parts: HttpServerParts, exchange: Exchange, leave: () => void): void {
  const { router, guard, tracer, log } = parts;
  const { request } = exchange;
  const fail = (error: unknown) => {
    leave();
    const known = asLaurelError(error);
    tellDenied(parts, request, known);
    traceOf(request)?.refused(known.code);
    if (known.code === 'Internal') log.error({ err: error, url: request.url }, 'a request failed');
    sendError(exchange, known, known.code === 'MethodNotAllowed' ? ['allow', allowedAt(router, request)] : []);
  };
  try {
    const match = router.find(request.method ?? 'GET', request.url ?? '/');
    if (tracer !== null) traceExchange(tracer, exchange, match?.route);
    if (guard !== null) {
      guard(request)
        .then(() => dispatch(router, match, exchange))
        .then(leave, fail);
      return;
    }
    const done = dispatch(router, match, exchange);
    if (done === undefined) leave();
    else done.then(leave, fail);
  } catch (error) {
    fail(error);
  }
}

function tellDenied({ router, denied }: HttpServerParts, request: IncomingMessage, error: LaurelError): void {
  if (error.code !== 'Unauthenticated' && error.code !== 'Forbidden') return;
  const { method = 'GET', url = '/' } = request;
  const subject = `${method} ${router.find(method, url)?.route ?? 'unknown'}`;
  const authorization = headerOf(request, 'authorization');
  denied({ error, carrier: request, subject, address: request.socket.remoteAddress, authorization });
}

function dispatch(
  router: Router,
  match: ReturnType<Router['find']>,
  { request, response }: Exchange,
): void | Promise<void> {
  if (match !== undefined) return match.handler({ request, response, params: match.params });
  const path = (request.url ?? '/').slice(0, 200);
  const allowed = allowedAt(router, request);
  if (allowed === '') throw new LaurelError('NotFound', `There is no ${request.method} ${path} here.`);
  throw new LaurelError('MethodNotAllowed', `${request.method} is no method of ${path}; use ${allowed}.`);
}

/** The value of the header `Allow`; empty where nobody serves any method. */
function allowedAt(router: Router, { url = '/' }: IncomingMessage): string {
  return router.methodsAt(url).join(', ');
}
