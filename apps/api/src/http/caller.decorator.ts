import { LaurelError } from '@laurel/contracts';
import type { ApiKey } from '@laurel/ports';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AuthenticatedRequest } from './auth.guard.js';

/** The key that made the request; routes that anybody may call have none. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): ApiKey => {
  const { identity } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (identity === undefined) throw new LaurelError('Unauthenticated', 'This needs an API key.');
  return identity;
});
