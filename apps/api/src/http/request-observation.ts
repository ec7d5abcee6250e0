import type { Logger, Meter } from '@laurel/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Upper bounds in seconds; the API answers from Postgres in milliseconds, a dependency's time-out is seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Routes that are asked so often that their good answers are not worth a line. */
export const quietRoutes: readonly string[] = ['/healthz', '/readyz', '/metrics'];

/**
 * Times every request under its route's template, so that ids never become labels, and writes one line about it,
 * without headers and query, which may carry secrets. A hook, because Nest's middleware misses routes on Fastify.
 */
export function observeRequests(
  server: FastifyInstance,
  sinks: { readonly logger: Logger; readonly meter: Meter },
): void {
  const duration = sinks.meter.histogram('laurel_api_request_duration_seconds', 'Time to answer a request.', {
    labels: ['method', 'route', 'status'],
    buckets,
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    if (quietRoutes.includes(route) && reply.statusCode < 400) return;
    sinks.logger.info(lineOf(request, reply), 'Answered');
  });
}

function lineOf(request: FastifyRequest, reply: FastifyReply) {
  return {
    requestId: request.id,
    method: request.method,
    path: request.url.split('?', 1)[0],
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime),
  };
}
