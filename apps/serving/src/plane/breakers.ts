import { LaurelError } from '@laurel/contracts';
import { Breaker, type BreakerSnapshot, type Split, type VersionRef } from '@laurel/domain';

/** One request under a breaker; exactly one of the two is called. */
interface Attempt {
  /** `sure`: the confidence was not below what the endpoint asks for. */
  succeeded(milliseconds: number, sure: boolean): void;
  failed(failure: LaurelError): void;
}

/** One breaker per endpoint and version in this process. */
export interface Breakers {
  /** Error: `BreakerOpen`. */
  enter(split: Pick<Split, 'endpoint' | 'policy'>, version: VersionRef): Attempt;
  /** What metrics show. */
  snapshots(): readonly { readonly endpoint: string; readonly version: number; readonly breaker: BreakerSnapshot }[];
  /** Forgets versions that no split names. */
  keepOnly(splits: readonly Split[]): void;
}

interface Guarded {
  readonly endpoint: string;
  readonly version: number;
  readonly digest: string;
  readonly breaker: Breaker;
}

export function createBreakers(now: () => number = () => performance.now()): Breakers {
  const guarded = new Map<string, Map<string, Guarded>>();

  function breakerOf(endpoint: string, { version, digest }: VersionRef): Breaker {
    let versions = guarded.get(endpoint);
    if (versions === undefined) {
      versions = new Map();
      guarded.set(endpoint, versions);
    }
    const known = versions.get(digest);
    if (known !== undefined) return known.breaker;
    const breaker = new Breaker();
    versions.set(digest, { endpoint, version, digest, breaker });
    return breaker;
  }

  return {
    enter: ({ endpoint, policy }, version) => {
      const breaker = breakerOf(endpoint, version);
      const permit = breaker.permit(now());
      if (permit.kind === 'refused') {
        throw new LaurelError(
          'BreakerOpen',
          `Version ${version.version} of ${endpoint} keeps failing; try again in a few seconds.`,
        );
      }
      const sla = policy?.sla.latencyMilliseconds ?? null;
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
    keepOnly: (splits) => {
      const kept = new Set(splits.map(({ endpoint }) => endpoint));
      for (const endpoint of guarded.keys()) if (!kept.has(endpoint)) guarded.delete(endpoint);
      for (const { endpoint, arms, shadow } of splits) {
        const digests = new Set<string>([
          ...arms.map(({ digest }) => digest),
          ...(shadow === null ? [] : [shadow.digest]),
        ]);
        const versions = guarded.get(endpoint);
        for (const digest of versions?.keys() ?? []) if (!digests.has(digest)) versions?.delete(digest);
      }
    },
  };
}

/** The load, the clock and the caller are not the model's doing. */
function isOfModel({ code }: LaurelError): boolean {
  return code === 'ModelOutputInvalid' || code === 'Internal';
}
