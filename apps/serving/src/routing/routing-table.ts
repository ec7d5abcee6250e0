import type { Split } from '@laurel/domain';

/** The committed splits that this process serves: a snapshot that is replaced as a whole. */
export interface RoutingTable {
  splitOf(endpoint: string): Split | undefined;
  splits(): readonly Split[];
  replace(splits: readonly Split[]): void;
}

/** An empty table. A request keeps the split it was given, whatever is replaced meanwhile. */
export function createRoutingTable(): RoutingTable {
  let current: ReadonlyMap<string, Split> = new Map();
  return {
    splitOf: (endpoint) => current.get(endpoint),
    splits: () => [...current.values()],
    replace: (splits) => {
      current = new Map(splits.map((split) => [split.endpoint, split]));
    },
  };
}
