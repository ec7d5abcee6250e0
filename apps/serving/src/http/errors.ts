import { type ErrorCode, errorCodes, isLaurelError, LaurelError } from '@laurel/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Codes after which trying again soon may help; the answer says when. */
const retryAfterSeconds: { readonly [code in ErrorCode]?: string } = {
  ModelNotReady: '1',
  Overloaded: '1',
  DependencyUnavailable: '5',
};

interface Answer {
  readonly error: LaurelError;
  readonly status: number;
}

/** What Fastify itself refuses, by HTTP status. */
function answerOf(error: unknown): Answer {
  if (isLaurelError(error)) return { error, status: errorCodes[error.code].status };
  const status = statusOf(error);
  if (status !== undefined && status < 500) {
    const message = error instanceof Error ? error.message : 'The request is malformed.';
    return { error: new LaurelError(status === 404 ? 'NotFound' : 'InvalidInput', message), status };
  }
  const internal = new LaurelError('Internal', 'The request failed in a way that was not foreseen; see the log.', {
    cause: error,
  });
  return { error: internal, status: 500 };
}

function statusOf(error: unknown): number | undefined {
  const given = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof given === 'number' ? given : undefined;
}

function prepare(reply: FastifyReply, { error, status }: Answer): FastifyReply {
  const retryAfter = retryAfterSeconds[error.code];
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  return reply.status(status);
}

/** Answers with a problem document (RFC 9457); under /v2 as that protocol wants it. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = answerOf(error);
  if (answer.status >= 500) request.log.error({ err: error, code: answer.error.code }, 'a request failed');
  const { code, message, details } = answer.error;
  prepare(reply, answer);
  if (isOpenInference(request.url)) return reply.send({ error: `${code}: ${message}` });
  return reply.type('application/problem+json').send({
    type: `urn:laurel:error:${code}`,
    title: errorCodes[code].meaning,
    status: answer.status,
    detail: message,
    instance: request.url,
    code,
    errors: details,
  });
}

/** Answers a path that nobody serves. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendError(new LaurelError('NotFound', `There is no ${request.method} ${request.url} here.`), request, reply);
}

function isOpenInference(url: string): boolean {
  return url === '/v2' || url.startsWith('/v2/') || url.startsWith('/v2?');
}
