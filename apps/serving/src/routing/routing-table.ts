import type { Split, VersionRef } from '@laurel/domain';

type Warm = VersionRef & { readonly endpoint: string };

/** The committed splits that this process serves: a snapshot that is replaced as a whole. */
export interface RoutingTable {
  splitOf(endpoint: string): Split | undefined;
  splits(): readonly Split[];
  /** Versions that no split names and callers may insist on all the same. */
  warmOf(endpoint: string): readonly VersionRef[];
  /** The champion before the present one. */
  previousOf(endpoint: string): VersionRef | undefined;
  replace(splits: readonly Split[], warm?: readonly Warm[], previous?: readonly Warm[]): void;
}

const none: readonly VersionRef[] = [];

/** An empty table. A request keeps the split it was given, whatever is replaced meanwhile. */
export function createRoutingTable(): RoutingTable {
  let current: ReadonlyMap<string, Split> = new Map();
  let warmed: ReadonlyMap<string, readonly VersionRef[]> = new Map();
  let before: ReadonlyMap<string, VersionRef> = new Map();
  return {
    splitOf: (endpoint) => current.get(endpoint),
    splits: () => [...current.values()],
    warmOf: (endpoint) => warmed.get(endpoint) ?? none,
    previousOf: (endpoint) => before.get(endpoint),
    replace: (splits, warm = [], previous = []) => {
      current = new Map(splits.map((split) => [split.endpoint, split]));
      warmed = Map.groupBy(warm, ({ endpoint }) => endpoint);
      before = new Map(previous.map((version) => [version.endpoint, version]));
    },
  };
}
