import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

const form = /^[\w.:-]{1,128}$/;

/** The caller's `X-Request-Id` where it is well formed, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && form.test(given) ? given : randomUUID();
}

/** Sends every answer, good or bad, with the id of its request. */
export function answerWithRequestId(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
}
