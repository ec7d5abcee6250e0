import type { Logger } from '@laurel/telemetry';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tokens } from '../tokens.js';
import { problemOf } from './problem.js';

/** Answers every error with a problem document; what failed inside is logged with the request id, never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(tokens.logger) private readonly logger: Logger) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { body, headers } = problemOf(error, request);
    if (body.status >= 500) {
      this.logger.error({ err: error, requestId: request.id, code: body.code, path: body.instance }, body.detail);
    }
    if (reply.sent || reply.raw.headersSent) return;
    await reply.status(body.status).headers(headers).send(body);
  }
}
