import type { Tracer } from '@laurel/telemetry';
import { type Exchange, headerOf } from '../http/exchange.js';
import { attachTrace } from './request-trace.js';
import { SpanTrace } from './span-trace.js';

/** Paths that are asked again and again by machines that watch. */
const quietRoutes: ReadonlySet<string> = new Set([
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/ping',
  '/health',
  '/v2/health/live',
  '/v2/health/ready',
]);

/**
 * Begins the span of a request, which ends with its answer; attributes are OpenTelemetry's for HTTP servers. `route` is
 * the pattern of the path, `undefined` where nobody serves it.
 */
export function traceExchange(
  tracer: Tracer,
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  route: string | undefined,
): void {
  if (route !== undefined && quietRoutes.has(route)) return;
  const method = request.method ?? 'GET';
  const span = tracer.start({
    name: route === undefined ? method : `${method} ${route}`,
    kind: 'server',
    parent: { traceparent: headerOf(request, 'traceparent'), tracestate: headerOf(request, 'tracestate') },
    attributes: {
      'http.request.method': method,
      'url.scheme': 'http',
      'url.path': (request.url ?? '/').split('?', 1)[0] ?? '/',
      'network.protocol.version': request.httpVersion,
      'client.address': request.socket.remoteAddress ?? '',
      'user_agent.original': headerOf(request, 'user-agent') ?? '',
      ...(route === undefined ? {} : { 'http.route': route }),
    },
  });
  if (!span.isRecording) return;
  attachTrace(request, new SpanTrace(tracer, span));
  response.once('close', () => {
    const { statusCode, writableFinished } = response;
    if (writableFinished) span.set('http.response.status_code', statusCode);
    if (!writableFinished) span.set('laurel.error', 'Cancelled');
    else if (statusCode >= 500) span.fail(String(statusCode));
    span.end();
  });
}
