import type { Span, Tracer } from '@laurel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { quietRoutes } from './request-observation.js';

/** Writes a span for each request but those after health and metrics; attributes are OpenTelemetry's for HTTP servers. */
export function traceRequests(server: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  const end = (request: FastifyRequest, finish: (span: Span) => void): void => {
    const span = spans.get(request);
    if (span === undefined) return;
    spans.delete(request);
    finish(span);
    span.end();
  };
  server.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    if (route === undefined || !quietRoutes.includes(route)) spans.set(request, beginSpan(tracer, request, route));
  });
  server.addHook('onResponse', async (request, reply) => end(request, (span) => noteAnswer(span, reply)));
  server.addHook('onRequestAbort', async (request) => end(request, (span) => span.set('laurel.error', 'Cancelled')));
}

function beginSpan(tracer: Tracer, request: FastifyRequest, route: string | undefined): Span {
  const { method, headers } = request;
  const { traceparent, tracestate } = headers;
  return tracer.start({
    name: route === undefined ? method : `${method} ${route}`,
    kind: 'server',
    parent: { traceparent: traceparent?.toString(), tracestate: tracestate?.toString() },
    attributes: {
      'http.request.method': method,
      'url.scheme': request.protocol,
      'url.path': request.url.split('?', 1)[0] ?? '/',
      'network.protocol.version': request.raw.httpVersion,
      'client.address': request.ip,
      'user_agent.original': headers['user-agent'] ?? '',
      'laurel.request_id': request.id,
      ...(route === undefined ? {} : { 'http.route': route }),
    },
  });
}

function noteAnswer(span: Span, { statusCode }: FastifyReply): void {
  span.set('http.response.status_code', statusCode);
  if (statusCode >= 500) span.fail(String(statusCode));
}
