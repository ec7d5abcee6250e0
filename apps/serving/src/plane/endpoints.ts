import { LaurelError } from '@laurel/contracts';
import type { Digest, Split, VersionRef } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { checkedEndpoint } from '../http/ask.js';
import { championOf, pinnedVersion, versionsOf } from '../routing/route.js';
import type { RoutingTable } from '../routing/routing-table.js';
import { noEndpoint } from './no-endpoint.js';

/** What protocols may know of endpoints beside asking them. A version is a number, a SemVer or a label; `null` the champion. */
export interface Endpoints {
  names(): readonly string[];
  /** Errors: `NotFound`. */
  split(name: string): Split;
  /** Errors: `NotFound`, `ModelNotReady`. */
  version(name: string, version: string | null): VersionRef;
  /** Errors: those of `version`. */
  model(name: string, version: string | null): RunnableModel;
  /** Errors: `NotFound`. */
  isReady(name: string, version: string | null): boolean;
  /** Integer versions. Errors: `NotFound`. */
  versions(name: string): readonly string[];
}

/** The endpoints of this process. */
export function createEndpoints(
  table: RoutingTable,
  models: { model(digest: Digest): RunnableModel | undefined },
): Endpoints {
  function split(name: string): Split {
    const found = table.splitOf(checkedEndpoint(name));
    if (found !== undefined) return found;
    throw noEndpoint(name);
  }
  function version(name: string, wanted: string | null): VersionRef {
    const of = split(name);
    const found = wanted === null ? championOf(of) : pinnedVersion(of, wanted, table.warmOf(name));
    if (found !== undefined) return found;
    throw new LaurelError('ModelNotReady', `The endpoint ${name} has no version yet.`);
  }
  return {
    names: () => table.splits().map(({ endpoint }) => endpoint),
    split,
    version,
    model: (name, wanted) => {
      const model = models.model(version(name, wanted).digest);
      if (model !== undefined) return model;
      throw new LaurelError('ModelNotReady', `The endpoint ${name} is being loaded; try again in a second.`);
    },
    isReady: (name, wanted) => models.model(version(name, wanted).digest) !== undefined,
    versions: (name) => {
      const numbers = [...versionsOf(split(name)), ...table.warmOf(name)].map((one) => one.version);
      return [...new Set(numbers)].sort((one, other) => one - other).map(String);
    },
  };
}
