import type { IncomingMessage } from 'node:http';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { ApiKeys } from '@laurel/ports';
import { noteVerified } from '../caller.js';
import { headerOf } from './exchange.js';

/** Paths that anybody may ask. */
const openPaths = new Set(['/healthz', '/readyz', '/v2/health/live', '/v2/health/ready', '/ping', '/health']);

/** A key is asked about again after this long; while Postgres is away, what it last said holds. */
const trustMilliseconds = 30_000;
const rememberedKeys = 10_000;

/** Says whether a bearer key lives. */
export type KeyCheck = (secret: string) => Promise<boolean>;

/** Denies everything but health to callers without a live API key. */
export function createGuard(isLive: KeyCheck): (request: IncomingMessage) => Promise<void> {
  return async (request) => {
    if (openPaths.has((request.url ?? '/').split('?', 1)[0] ?? '')) return;
    const secret = /^Bearer (.+)$/.exec(headerOf(request, 'authorization') ?? '')?.[1];
    if (secret !== undefined && (await isLive(secret))) {
      noteVerified(request, secret);
      return;
    }
    throw new LaurelError('Unauthenticated', 'A live API key is needed: send Authorization: Bearer KEY.');
  };
}

/** A check that remembers what Postgres said. */
export function createKeyCheck(apiKeys: Pick<ApiKeys, 'authenticate'>): KeyCheck {
  const known = new Map<string, { readonly live: boolean; readonly at: number }>();
  return async (secret) => {
    const before = known.get(secret);
    if (before !== undefined && performance.now() - before.at < trustMilliseconds) return before.live;
    try {
      const live = (await apiKeys.authenticate(secret)) !== undefined;
      if (known.size >= rememberedKeys) known.clear();
      known.set(secret, { live, at: performance.now() });
      return live;
    } catch (error) {
      if (before !== undefined && isLaurelError(error) && error.code === 'DependencyUnavailable') return before.live;
      throw error;
    }
  };
}
