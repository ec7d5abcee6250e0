import { LaurelError } from '@laurel/contracts';
import type { IdempotencyKeys, StoredAnswer } from '@laurel/ports';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { tokens } from '../tokens.js';
import type { AuthenticatedRequest } from './auth.guard.js';
import { digestOf } from './digest.js';
import { retrySoon } from './problem.js';
import { isKeyed } from './route.js';

const keyForm = /^[\x21-\x7e]{1,200}$/;

/**
 * Gives a request with an `Idempotency-Key` one effect and one answer, however often it is sent, where the route says that it
 * takes one: the answer is kept. Keys belong to a caller.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(@Inject(tokens.idempotencyKeys) private readonly keys: IdempotencyKeys) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || request.identity === undefined || !isKeyed(context.getHandler())) return next.handle();
    if (typeof key !== 'string' || !keyForm.test(key)) {
      throw new LaurelError('InvalidInput', 'Idempotency-Key must be 1 to 200 visible ASCII characters.');
    }
    const claim = { key, actor: request.identity.id };
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.once(claim, { request, reply, next }));
  }

  private async once(
    claim: { readonly key: string; readonly actor: string },
    call: { readonly request: AuthenticatedRequest; readonly reply: FastifyReply; readonly next: CallHandler },
  ): Promise<unknown> {
    const claimed = await this.keys.claim({ ...claim, requestDigest: requestDigest(call.request) });
    if (claimed.kind === 'fresh') return await this.perform(claim, call);
    if (claimed.kind === 'done') return replay(call.reply, claimed.answer);
    throw claimed.kind === 'reused' ? keyReused(claim.key) : stillAtWork();
  }

  private async perform(
    claim: { readonly key: string; readonly actor: string },
    call: { readonly reply: FastifyReply; readonly next: CallHandler },
  ): Promise<unknown> {
    let body: unknown;
    try {
      body = await lastValueFrom(call.next.handle());
    } catch (error) {
      await this.keys.release(claim);
      throw error;
    }
    const location = call.reply.getHeader('location');
    await this.keys.complete(claim, {
      status: call.reply.statusCode,
      body,
      location: typeof location === 'string' ? location : null,
    });
    return body;
  }
}

function keyReused(key: string): LaurelError {
  return new LaurelError(
    'IdempotencyKeyReused',
    `The idempotency key "${key}" was used for a different request; make a new one.`,
  );
}

function stillAtWork(): LaurelError {
  return new LaurelError('Conflict', 'The first request with this idempotency key is still at work; ask again.', {
    cause: retrySoon,
  });
}

function replay(reply: FastifyReply, answer: StoredAnswer): unknown {
  void reply.status(answer.status).header('idempotency-replayed', 'true');
  if (answer.location !== null) void reply.header('location', answer.location);
  return answer.body;
}

function requestDigest({ method, url, body }: AuthenticatedRequest) {
  return digestOf({ method, url, body: body ?? null });
}
