import { setTimeout as pause } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { Fleet } from '@laurel/ports';
import type { ModelRegistry } from '../model-registry.js';
import { championOf, pinnedVersion, versionsOf } from '../routing/route.js';
import type { RoutingTable } from '../routing/routing-table.js';
import { noEndpoint } from './no-endpoint.js';

/** A load is waited for this long in this process; the others load meanwhile. */
const longestLoadMilliseconds = 30_000;
const stepMilliseconds = 50;

/** One version in the repository index of the Open Inference Protocol. */
export interface IndexItem {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'LOADING';
  readonly reason: string;
}

/** Whose wish about which version; `null` is the champion. */
interface RepositoryWish {
  readonly name: string;
  readonly version: string | null;
  /** Name of the key that asks. */
  readonly by: string;
}

/** The model repository extension: loading is desired state, which every process follows. */
export interface Repository {
  index(): readonly IndexItem[];
  /** Returns once this process has it. Errors: `NotFound`, `ModelNotReady` after half a minute, `Unsupported`. */
  load(wish: RepositoryWish): Promise<void>;
  /** Errors: `NotFound`, `Conflict` for a version that the split names, `Unsupported`. */
  unload(wish: RepositoryWish): Promise<void>;
}

export interface RepositoryParts {
  readonly table: RoutingTable;
  readonly registry: Pick<ModelRegistry, 'isLoaded'>;
  /** `null` for a process that stands alone. */
  readonly fleet: Pick<Fleet, 'keepLoaded' | 'letGo'> | null;
}

export function createRepository({ table, registry, fleet }: RepositoryParts): Repository {
  function demandFleet(): Pick<Fleet, 'keepLoaded' | 'letGo'> {
    if (fleet !== null) return fleet;
    throw new LaurelError('Unsupported', 'This server serves the files it was started with; start it anew for others.');
  }
  function splitOf(name: string) {
    const split = table.splitOf(name);
    if (split !== undefined) return split;
    throw noEndpoint(name);
  }
  async function isLoadedInTime(digest: Digest): Promise<boolean> {
    const until = performance.now() + longestLoadMilliseconds;
    while (!registry.isLoaded(digest)) {
      if (performance.now() > until) return false;
      await pause(stepMilliseconds);
    }
    return true;
  }
  return {
    index: () =>
      table.splits().flatMap((split) =>
        [...versionsOf(split), ...table.warmOf(split.endpoint)].map(({ version, digest }) => ({
          name: split.endpoint,
          version: String(version),
          state: registry.isLoaded(digest) ? ('READY' as const) : ('LOADING' as const),
          reason: '',
        })),
      ),
    load: async ({ name, version, by }) => {
      const split = splitOf(name);
      const wanted =
        version === null ? championOf(split) : await demandFleet().keepLoaded({ endpoint: name, version, by });
      if (wanted !== undefined && (await isLoadedInTime(wanted.digest))) return;
      throw new LaurelError(
        'ModelNotReady',
        `Version ${version ?? 'champion'} of ${name} is not loaded after 30 s; see laurel logs serving.`,
      );
    },
    unload: async ({ name, version, by }) => {
      const split = splitOf(name);
      const routed = version === null ? championOf(split) : routedVersion(split, version);
      if (routed !== undefined) {
        throw new LaurelError(
          'Conflict',
          `Version ${routed.version} of ${name} is routed traffic or a shadow; roll back or abort the rollout instead.`,
        );
      }
      await demandFleet().letGo({ endpoint: name, version: version ?? '', by });
    },
  };
}

function routedVersion(split: Parameters<typeof pinnedVersion>[0], version: string) {
  return versionsOf(split).find((one) => String(one.version) === version || one.semver === version);
}
