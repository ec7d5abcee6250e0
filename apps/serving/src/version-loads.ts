import { isLaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';

/** A version that nobody names any more stays loaded this long: a rollback may name it again. */
const graceMilliseconds = 10_000;
const firstBackoffMilliseconds = 1_000;
const longestBackoffMilliseconds = 60_000;

export interface LoadsLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface LoadsOptions {
  readonly load: (digest: Digest) => Promise<RunnableModel>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: LoadsLog;
}

type Entry =
  | { readonly state: 'loading'; readonly attempts: number }
  | { readonly state: 'failed'; readonly attempts: number; readonly retryAt: number }
  | { readonly state: 'loaded'; readonly model: RunnableModel; readonly unwantedSince: number | null };

/**
 * Versions in memory for one purpose. Packages are loaded one after the other, so that loading slows serving as little as
 * can be; one that fails is tried again with growing pauses and holds up no other.
 */
export class VersionLoads {
  readonly #entries = new Map<Digest, Entry>();
  readonly #options: LoadsOptions;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: LoadsOptions) {
    this.#options = options;
  }

  model(digest: Digest): RunnableModel | undefined {
    const entry = this.#entries.get(digest);
    return entry?.state === 'loaded' ? entry.model : undefined;
  }

  /** Is it in memory, on its way there, or not yet given up? */
  knows(digest: Digest): boolean {
    return this.#entries.has(digest);
  }

  /** Is it in memory, or did it fail at least once? */
  isSettled(digest: Digest): boolean {
    const entry = this.#entries.get(digest);
    return entry !== undefined && (entry.state === 'loaded' || entry.attempts > 0);
  }

  loaded(): readonly Digest[] {
    return [...this.#entries.keys()].filter((digest) => this.model(digest) !== undefined);
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
    else if (entry.state === 'failed' && entry.retryAt <= this.#options.now()) this.#enqueue(digest, entry.attempts);
    else if (entry.state === 'loaded' && entry.unwantedSince !== null) {
      this.#entries.set(digest, { ...entry, unwantedSince: null });
    }
  }

  #enqueue(digest: Digest, attempts: number): void {
    this.#entries.set(digest, { state: 'loading', attempts });
    this.#queue = this.#queue.then(() => this.#load(digest, attempts));
  }

  async #load(digest: Digest, attempts: number): Promise<void> {
    if (this.#closed) return;
    const { load, log, now } = this.#options;
    try {
      const model = await load(digest);
      this.#entries.set(digest, { state: 'loaded', model, unwantedSince: null });
    } catch (error) {
      const pause = Math.min(longestBackoffMilliseconds, firstBackoffMilliseconds * 2 ** attempts);
      this.#entries.set(digest, { state: 'failed', attempts: attempts + 1, retryAt: now() + pause });
      const code = isLaurelError(error) ? error.code : 'Internal';
      log.warn({ digest, code, err: error, retryInMilliseconds: pause }, 'a package could not be loaded');
    }
  }

  #retire(digest: Digest, entry: Entry): void {
    if (entry.state === 'failed') this.#entries.delete(digest);
    if (entry.state !== 'loaded') return;
    const { log, now } = this.#options;
    const since = entry.unwantedSince ?? now();
    if (now() - since < graceMilliseconds) {
      this.#entries.set(digest, { ...entry, unwantedSince: since });
      return;
    }
    this.#entries.delete(digest);
    log.info({ digest }, 'a version that nobody names is released');
    void entry.model.release().catch((error: unknown) => log.warn({ digest, err: error }, 'a release failed'));
  }
}
