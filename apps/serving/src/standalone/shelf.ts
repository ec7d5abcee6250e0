import type { Digest, ServingPolicy, Split } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { createRoutingTable, type RoutingTable } from '../routing/routing-table.js';
import type { LoadedFile } from './model-file.js';

/** A model that was replaced stays this long: a request may have been given it just before. */
const graceMilliseconds = 10_000;

/** The model files of a process on its own: one endpoint with one champion each. */
export interface Shelf {
  readonly table: RoutingTable;
  model(digest: Digest): RunnableModel | undefined;
  isLoaded(digest: Digest): boolean;
  loaded(): readonly Digest[];
  files(): readonly LoadedFile[];
  /** Serves a file under its name from now on; what was served before is released a while later. */
  put(file: LoadedFile): void;
  close(): Promise<void>;
}

export function createShelf(policy: ServingPolicy): Shelf {
  const table = createRoutingTable();
  const current = new Map<string, LoadedFile>();
  const leaving = new Map<LoadedFile, NodeJS.Timeout>();
  let models: ReadonlyMap<Digest, RunnableModel> = new Map();

  function refresh(): void {
    const all = [...leaving.keys(), ...current.values()];
    models = new Map(all.map(({ version, model }) => [version.digest, model]));
    table.replace([...current.values()].map((file) => splitOf(file, policy)));
  }

  function retire(file: LoadedFile): void {
    const timer = setTimeout(() => {
      leaving.delete(file);
      refresh();
      void file.model.release();
    }, graceMilliseconds);
    leaving.set(file, timer.unref());
  }

  return {
    table,
    model: (digest) => models.get(digest),
    isLoaded: (digest) => models.has(digest),
    loaded: () => [...models.keys()],
    files: () => [...current.values()],
    put: (file) => {
      const before = current.get(file.name);
      if (before !== undefined) retire(before);
      current.set(file.name, file);
      refresh();
    },
    close: async () => {
      for (const timer of leaving.values()) clearTimeout(timer);
      const all = [...leaving.keys(), ...current.values()];
      await Promise.all(all.map(({ model }) => model.release()));
    },
  };
}

function splitOf({ name, version }: LoadedFile, policy: ServingPolicy): Split {
  return {
    endpoint: name,
    epoch: version.version,
    fence: 1,
    incarnation: 1,
    arms: [{ ...version, role: 'champion', weight: 100 }],
    shadow: null,
    stickyKey: null,
    salt: name,
    baseline: null,
    policy,
    appliedBy: 'laurel serve',
    appliedAt: new Date().toISOString(),
    reason: 'named on the command line',
  };
}
