import { isLaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { ModelRunner, Packages, RunnableModel } from '@laurel/ports';

/** A version that nobody names any more stays loaded this long: a rollback may name it again. */
const graceMilliseconds = 10_000;
const firstBackoffMilliseconds = 1_000;
const longestBackoffMilliseconds = 60_000;

interface RegistryLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** The versions in memory, by digest. */
export interface ModelRegistry {
  model(digest: Digest): RunnableModel | undefined;
  isLoaded(digest: Digest): boolean;
  loaded(): readonly Digest[];
  /** Starts loading what is wanted and not there, and releases what has been unwanted for long enough. */
  want(digests: ReadonlySet<Digest>): void;
  /** Waits for loads in progress and frees everything. */
  close(): Promise<void>;
}

type Entry =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly attempts: number; readonly retryAt: number }
  | { readonly state: 'loaded'; readonly model: RunnableModel; readonly unwantedSince: number | null };

export interface RegistryOptions {
  readonly packages: Pick<Packages, 'open'>;
  readonly runner: ModelRunner;
  readonly log: RegistryLog;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/**
 * Loads packages one after the other, so that loading slows serving as little as can be. A package that fails is tried
 * again with growing pauses and holds up no other.
 */
export function createModelRegistry(options: RegistryOptions): ModelRegistry {
  return new LoadingRegistry(options);
}

class LoadingRegistry implements ModelRegistry {
  readonly #entries = new Map<Digest, Entry>();
  readonly #options: RegistryOptions;
  readonly #now: () => number;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  model(digest: Digest): RunnableModel | undefined {
    const entry = this.#entries.get(digest);
    return entry?.state === 'loaded' ? entry.model : undefined;
  }

  isLoaded(digest: Digest): boolean {
    return this.model(digest) !== undefined;
  }

  loaded(): readonly Digest[] {
    return [...this.#entries.keys()].filter((digest) => this.isLoaded(digest));
  }

  want(digests: ReadonlySet<Digest>): void {
    for (const digest of digests) this.#consider(digest);
    for (const [digest, entry] of this.#entries) if (!digests.has(digest)) this.#retire(digest, entry);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
    const models = this.loaded().flatMap((digest) => this.model(digest) ?? []);
    await Promise.all(models.map((model) => model.release()));
    this.#entries.clear();
  }

  #consider(digest: Digest): void {
    const entry = this.#entries.get(digest);
    if (entry === undefined) this.#enqueue(digest, 0);
    else if (entry.state === 'failed' && entry.retryAt <= this.#now()) this.#enqueue(digest, entry.attempts);
    else if (entry.state === 'loaded' && entry.unwantedSince !== null) {
      this.#entries.set(digest, { ...entry, unwantedSince: null });
    }
  }

  #enqueue(digest: Digest, attempts: number): void {
    this.#entries.set(digest, { state: 'loading' });
    this.#queue = this.#queue.then(() => this.#load(digest, attempts));
  }

  async #load(digest: Digest, attempts: number): Promise<void> {
    if (this.#closed) return;
    const { packages, runner, log } = this.#options;
    try {
      const model = await runner.load(await packages.open(digest));
      this.#entries.set(digest, { state: 'loaded', model, unwantedSince: null });
    } catch (error) {
      const pause = Math.min(longestBackoffMilliseconds, firstBackoffMilliseconds * 2 ** attempts);
      this.#entries.set(digest, { state: 'failed', attempts: attempts + 1, retryAt: this.#now() + pause });
      const code = isLaurelError(error) ? error.code : 'Internal';
      log.warn({ digest, code, err: error, retryInMilliseconds: pause }, 'a package could not be loaded');
    }
  }

  #retire(digest: Digest, entry: Entry): void {
    if (entry.state === 'failed') this.#entries.delete(digest);
    if (entry.state !== 'loaded') return;
    const since = entry.unwantedSince ?? this.#now();
    if (this.#now() - since < graceMilliseconds) {
      this.#entries.set(digest, { ...entry, unwantedSince: since });
      return;
    }
    const { log } = this.#options;
    this.#entries.delete(digest);
    log.info({ digest }, 'a version that nobody names is released');
    void entry.model.release().catch((error: unknown) => log.warn({ digest, err: error }, 'a release failed'));
  }
}
