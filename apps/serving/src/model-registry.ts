import type { Digest } from '@laurel/domain';
import type { ModelRunner, Packages, RunnableModel } from '@laurel/ports';
import { type LoadsLog, VersionLoads } from './version-loads.js';
import type { WantedVersions } from './wanted-versions.js';

/** The versions in memory, by digest. A version that callers are given to and that is shadowed, too, is there twice. */
export interface ModelRegistry {
  /** The one that answers callers; for a version that is only shadowed, the one beside. */
  model(digest: Digest): RunnableModel | undefined;
  /** The one that is shown copies: in a process of its own, with a low priority. */
  aside(digest: Digest): RunnableModel | undefined;
  /** Is the one beside there, or did it fail to load at least once? */
  isAsideSettled(digest: Digest): boolean;
  /** Is what `model` should give there? One that is needed for callers is not replaced by the one beside. */
  isLoaded(digest: Digest): boolean;
  loaded(): readonly Digest[];
  /** Starts loading what is wanted and not there, and releases what has been unwanted for long enough. */
  want(wanted: WantedVersions): void;
  /** Waits for loads in progress and frees everything. */
  close(): Promise<void>;
}

export interface RegistryOptions {
  readonly packages: Pick<Packages, 'open'>;
  readonly runner: ModelRunner;
  readonly log: LoadsLog;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** A registry that loads what callers need and what is shadowed in two queues: neither waits for the other. */
export function createModelRegistry(options: RegistryOptions): ModelRegistry {
  const { packages, runner, log, now = () => performance.now() } = options;
  const main = new VersionLoads({ load: async (digest) => runner.load(await packages.open(digest)), now, log });
  const aside = new VersionLoads({
    load: async (digest) => runner.load(await packages.open(digest), { aside: true }),
    now,
    log,
  });
  const model = (digest: Digest) => main.model(digest) ?? aside.model(digest);
  return {
    model,
    aside: (digest) => aside.model(digest),
    isAsideSettled: (digest) => aside.isSettled(digest),
    isLoaded: (digest) => (main.knows(digest) ? main : aside).model(digest) !== undefined,
    loaded: () => [...new Set([...main.loaded(), ...aside.loaded()])],
    want: (wanted) => {
      main.want(wanted.main);
      aside.want(wanted.aside);
    },
    close: async () => {
      await Promise.all([main.close(), aside.close()]);
    },
  };
}
