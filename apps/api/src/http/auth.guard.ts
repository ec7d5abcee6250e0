import { LaurelError } from '@laurel/contracts';
import type { ApiKey, ApiKeys } from '@laurel/ports';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../ports.js';
import { tokens } from '../tokens.js';
import { includes } from './roles.js';
import { type Audience, audienceKey } from './route.js';

/** A request whose key has been recognised. */
export type AuthenticatedRequest = FastifyRequest & { identity?: ApiKey };

/** Denies every route unless its declared audience covers the caller (I13). A guard, because middleware can be bypassed. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(tokens.apiKeys) private readonly apiKeys: ApiKeys,
    @Inject(tokens.settings) private readonly settings: Settings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const audience = this.reflector.getAllAndOverride<Audience | undefined>(audienceKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (audience === undefined) throw new LaurelError('Forbidden', 'This route is open to nobody.');
    const needed = audience === 'loopback' ? (this.settings.loopback ? 'anonymous' : 'viewer') : audience;
    if (needed === 'anonymous') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = await this.authenticate(request.headers.authorization);
    request.identity = key;
    if (!includes(key.role, needed)) {
      throw new LaurelError('Forbidden', `The key "${key.name}" has role ${key.role}; this needs role ${needed}.`);
    }
    return true;
  }

  private async authenticate(header: string | undefined): Promise<ApiKey> {
    const secret = /^Bearer +(\S{1,500})$/i.exec(header ?? '')?.[1];
    if (secret === undefined) {
      throw new LaurelError('Unauthenticated', 'This needs an API key; send Authorization: Bearer KEY.');
    }
    const key = await this.apiKeys.authenticate(secret);
    if (key === undefined) throw new LaurelError('Unauthenticated', 'The API key is unknown or has been revoked.');
    return key;
  }
}
