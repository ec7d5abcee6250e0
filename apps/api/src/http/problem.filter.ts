import type { Logger } from '@laurel/telemetry';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { denialOf } from '../audit/denial-of.js';
import { Denials } from '../audit/denials.js';
import { tokens } from '../tokens.js';
import type { AuthenticatedRequest } from './auth.guard.js';
import { problemOf } from './problem.js';

/**
 * Answers every error with a problem document; what failed inside is logged with the request id, never shown. A refusal
 * is in the audit log before it is answered.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(tokens.logger) private readonly logger: Logger,
    @Inject(Denials) private readonly denials: Denials,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<AuthenticatedRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { body, headers } = problemOf(error, request);
    const denial = denialOf(error, request);
    if (denial !== undefined) await this.denials.record(denial);
    if (body.status >= 500) {
      this.logger.error({ err: error, requestId: request.id, code: body.code, path: body.instance }, body.detail);
    }
    if (reply.sent || reply.raw.headersSent) return;
    await reply.status(body.status).headers(headers).send(body);
  }
}
