import type { IncomingMessage } from 'node:http';
import { LaurelError } from '@laurel/contracts';
import type { ApiKeys, Role } from '@laurel/ports';
import { noteRefused } from '../caller.js';
import { headerOf } from './exchange.js';

const mayOperate: readonly Role[] = ['operator', 'admin'];

/**
 * Gives the name of the caller's key when it may change what is loaded; `carrier` is the request, or the metadata of the
 * call. Errors: `Unauthenticated`, `Forbidden`.
 */
export type OperatorCheck = (authorization: string | undefined, carrier: object) => Promise<string>;

/** Asks Postgres each time: a revoked key changes nothing any more. */
export function createOperatorCheck(apiKeys: Pick<ApiKeys, 'authenticate'> | null): OperatorCheck {
  return async (authorization, carrier) => {
    if (apiKeys === null) {
      throw new LaurelError('Unsupported', 'This server serves what it was started with; start it anew for others.');
    }
    const secret = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const key = secret === undefined ? undefined : await apiKeys.authenticate(secret);
    if (key === undefined) {
      throw new LaurelError(
        'Unauthenticated',
        'Loading and unloading need a live API key: send Authorization: Bearer KEY.',
      );
    }
    if (mayOperate.includes(key.role)) return key.name;
    noteRefused(carrier, key);
    throw new LaurelError(
      'Forbidden',
      `The key ${key.name} is a ${key.role}'s; loading and unloading need an operator's.`,
    );
  };
}

/** The check for a request over HTTP. */
export function operatorOf(request: IncomingMessage, check: OperatorCheck): Promise<string> {
  return check(headerOf(request, 'authorization'), request);
}
