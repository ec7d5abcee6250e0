import type { FastifyReply } from 'fastify';
import type { PredictAnswer } from '../predictions.js';

/** Tells in headers, whatever the protocol, who answered. */
export function setAnswerHeaders(reply: FastifyReply, answer: PredictAnswer): void {
  reply.headers({
    'x-laurel-version': String(answer.version.version),
    'x-laurel-digest': answer.version.digest,
    'x-laurel-prediction-id': answer.rows[0]?.predictionId ?? '',
    'x-laurel-arm': answer.arm,
    'x-laurel-fallback': String(answer.fallback),
    'x-laurel-epoch': String(answer.epoch),
  });
}

const stickyKeyHeader = 'x-laurel-sticky-key';

/** The sticky key that a caller sent, or `null`. */
export function stickyKeyHeaderOf(headers: {
  readonly [name: string]: string | readonly string[] | undefined;
}): string | null {
  const value = headers[stickyKeyHeader];
  return typeof value === 'string' && value !== '' ? value : null;
}
