import { LaurelError } from '@laurel/contracts';
import { Breaker, type BreakerSnapshot, type Digest, type Split, type VersionRef } from '@laurel/domain';

/** One request under a breaker; exactly one of the two is called. */
interface Attempt {
  /** `milliseconds`: of the run. `sure`: the confidence was not below what the endpoint asks for. */
  succeeded(milliseconds: number, sure: boolean): void;
  failed(failure: LaurelError): void;
}

/** One breaker per endpoint and version in this process. */
export interface Breakers {
  /**
   * `canFallBack`: another can answer instead; by default, where the split has a constant. Error: `BreakerOpen`.
   */
  enter(split: Pick<Split, 'endpoint' | 'policy' | 'baseline'>, version: VersionRef, canFallBack?: boolean): Attempt;
  /** What metrics show. */
  snapshots(): readonly { readonly endpoint: string; readonly version: number; readonly breaker: BreakerSnapshot }[];
}

interface Guarded {
  readonly endpoint: string;
  readonly version: number;
  readonly breaker: Breaker;
}

/** Breakers of versions that are no longer loaded are forgotten when one of another version is made. */
export function createBreakers(
  isLoaded: (digest: Digest) => boolean,
  now: () => number = () => performance.now(),
): Breakers {
  const guarded = new Map<string, Map<Digest, Guarded>>();

  function breakerOf(endpoint: string, { version, digest }: VersionRef): Breaker {
    let versions = guarded.get(endpoint);
    if (versions === undefined) {
      versions = new Map();
      guarded.set(endpoint, versions);
    }
    const known = versions.get(digest);
    if (known !== undefined) return known.breaker;
    for (const old of versions.keys()) if (!isLoaded(old)) versions.delete(old);
    const breaker = new Breaker();
    versions.set(digest, { endpoint, version, breaker });
    return breaker;
  }

  return {
    enter: ({ endpoint, policy, baseline }, version, canFallBack = baseline !== null) => {
      const breaker = breakerOf(endpoint, version);
      const permit = breaker.permit(now());
      if (permit.kind === 'refused') {
        throw new LaurelError(
          'BreakerOpen',
          `Version ${version.version} of ${endpoint} keeps failing; try again in a few seconds.`,
        );
      }
      // Where nothing else can answer, a slow answer is better than none.
      const sla = canFallBack ? (policy?.sla.latencyMilliseconds ?? null) : null;
      return {
        succeeded: (milliseconds, sure) => {
          const slow = sla !== null && milliseconds > sla;
          breaker.record(permit, slow ? 'slow' : sure ? 'ok' : 'unsure', now());
        },
        failed: (failure) => {
          if (isOfModel(failure)) breaker.record(permit, 'failed', now());
          else breaker.cancel(permit, now());
        },
      };
    },
    snapshots: () =>
      [...guarded.values()].flatMap((versions) =>
        [...versions.values()].map(({ endpoint, version, breaker }) => ({
          endpoint,
          version,
          breaker: breaker.snapshot(now()),
        })),
      ),
  };
}

/** The load, the clock and the caller are not the model's doing. */
function isOfModel({ code }: LaurelError): boolean {
  return code === 'ModelOutputInvalid' || code === 'Internal';
}
