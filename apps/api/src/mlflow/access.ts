import { LaurelError } from '@laurel/contracts';
import type { ApiKey, ApiKeys, RunTokens } from '@laurel/ports';
import type { AuthenticatedRequest } from '../http/auth.guard.js';
import { secretIn } from '../http/credentials.js';
import { includes } from '../http/roles.js';
import type { Audience } from '../http/route.js';

/** How long a recognised key is believed: a key that was revoked in another process works that long. */
const beliefMilliseconds = 2_000;
const rememberedKeys = 1_000;

/** A key that was recognised; with `run`, a trainer's, which may write to that run only. */
export type MlflowCaller = ApiKey & { readonly run?: string };

/** Says who calls, in the request too, or throws `Unauthenticated` or `Forbidden`. */
export type Doorkeeper = (request: AuthenticatedRequest, audience: Audience) => Promise<MlflowCaller | null>;

/**
 * Lets in by MLFLOW_TRACKING_TOKEN, which the client sends as a bearer key, or by basic authentication whose password is
 * a key (MLFLOW_TRACKING_PASSWORD). Keys are believed for two seconds: logging asks hundreds of times a second.
 */
export function createDoorkeeper(
  { apiKeys, runTokens }: { readonly apiKeys: ApiKeys; readonly runTokens: RunTokens },
  { loopback }: { readonly loopback: boolean },
): Doorkeeper {
  const believed = new Map<string, { readonly key: MlflowCaller; readonly until: number }>();
  const recognise = async (secret: string): Promise<MlflowCaller | undefined> => {
    if (!secret.startsWith('laurelrun_')) return apiKeys.authenticate(secret);
    const run = await runTokens.holder(secret);
    return run === undefined ? undefined : trainerOf(run);
  };
  const authenticate = async (secret: string): Promise<MlflowCaller | undefined> => {
    const known = believed.get(secret);
    const now = performance.now();
    if (known !== undefined && known.until > now) return known.key;
    const key = await recognise(secret);
    believed.delete(secret);
    if (key === undefined) return undefined;
    if (believed.size >= rememberedKeys) believed.clear();
    believed.set(secret, { key, until: now + beliefMilliseconds });
    return key;
  };
  return async (request, audience) => {
    const needed = audience === 'loopback' ? (loopback ? 'anonymous' : 'viewer') : audience;
    if (needed === 'anonymous') return null;
    const secret = secretIn(request.headers.authorization);
    if (secret === undefined)
      throw new LaurelError('Unauthenticated', 'This needs an API key in MLFLOW_TRACKING_TOKEN.');
    const key = await authenticate(secret);
    if (key === undefined) throw new LaurelError('Unauthenticated', 'The API key is unknown or has been revoked.');
    request.identity = key;
    if (includes(key.role, needed)) return key;
    throw new LaurelError('Forbidden', `The key "${key.name}" has role ${key.role}; this needs role ${needed}.`);
  };
}

function trainerOf(run: string): MlflowCaller {
  return { id: `run/${run}`, name: `run ${run}`, role: 'operator', createdAt: '', revokedAt: null, run };
}

/** Throws unless the caller may write to `run`; `undefined` where the call is about no run. */
export function demandOwnRun(caller: MlflowCaller | null, run: string | undefined): void {
  if (caller?.run === undefined || caller.run === run) return;
  throw new LaurelError('Forbidden', `This key may write to run ${caller.run} only.`);
}
