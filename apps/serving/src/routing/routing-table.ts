import type { Split, VersionRef } from '@laurel/domain';

type Warm = VersionRef & { readonly endpoint: string };

/** The committed splits that this process serves: a snapshot that is replaced as a whole. */
export interface RoutingTable {
  splitOf(endpoint: string): Split | undefined;
  splits(): readonly Split[];
  /** Versions that no split names and callers may insist on all the same. */
  warmOf(endpoint: string): readonly VersionRef[];
  replace(splits: readonly Split[], warm?: readonly Warm[]): void;
}

const none: readonly VersionRef[] = [];

/** An empty table. A request keeps the split it was given, whatever is replaced meanwhile. */
export function createRoutingTable(): RoutingTable {
  let current: ReadonlyMap<string, Split> = new Map();
  let warmed: ReadonlyMap<string, readonly VersionRef[]> = new Map();
  return {
    splitOf: (endpoint) => current.get(endpoint),
    splits: () => [...current.values()],
    warmOf: (endpoint) => warmed.get(endpoint) ?? none,
    replace: (splits, warm = []) => {
      current = new Map(splits.map((split) => [split.endpoint, split]));
      warmed = Map.groupBy(warm, ({ endpoint }) => endpoint);
    },
  };
}
