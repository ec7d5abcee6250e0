import { type ErrorCode, isLaurelError } from '@laurel/contracts';
import { keyNamedBy } from '@laurel/domain';
import type { ApiKey } from '@laurel/ports';
import type { FastifyRequest } from 'fastify';
import { secretIn } from '../http/credentials.js';
import type { Denial } from './denials.js';

/** Refusals of a rule; others are mistakes of form or of the world. */
const refusals: readonly ErrorCode[] = [
  'Unauthenticated',
  'Forbidden',
  'GateFailed',
  'CanaryRejected',
  'ApprovalRequired',
  'RolloutInProgress',
  'Conflict',
  'StaleEpoch',
  'StaleFence',
];

const longestText = 300;

/** What of a request goes into the log. */
type Refused = Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'ip' | 'routeOptions'> & {
  readonly identity?: ApiKey;
};

/**
 * What the audit log says of an error that a request ended with; `undefined` for one that refused nobody anything. The
 * subject of a request without a key is the route's template: nothing that the caller can choose tells denials apart.
 */
export function denialOf(error: unknown, request: Refused): Denial | undefined {
  if (!isLaurelError(error) || !refusals.includes(error.code)) return undefined;
  const denied = error.code === 'Unauthenticated' || error.code === 'Forbidden';
  if (!denied && ['GET', 'HEAD'].includes(request.method)) return undefined;
  const path = request.url.split('?', 1)[0] ?? '/';
  const route = request.routeOptions.url ?? 'unknown';
  const { identity } = request;
  return {
    actor: identity?.name ?? 'anonymous',
    action: denied ? 'request.denied' : 'request.refused',
    subject: `${request.method} ${identity === undefined ? route : clean(path)}`,
    detail: {
      code: error.code,
      message: clean(error.message),
      address: request.ip,
      ...(identity === undefined ? keyNamed(request) : { key: identity.id }),
    },
  };
}

function keyNamed(request: Refused): { readonly key?: string } {
  const key = keyNamedBy(secretIn(request.headers.authorization) ?? '');
  return key === undefined ? {} : { key };
}

/** Text that Postgres stores: no NUL, no half characters, not too long. */
function clean(text: string): string {
  return text.slice(0, longestText).toWellFormed().replaceAll('\0', '');
}
