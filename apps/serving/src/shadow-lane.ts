import { setImmediate as nextTurn } from 'node:timers/promises';
import type { VersionRef } from '@laurel/domain';
import type { Served } from './predictions.js';

/** Copies that wait for one version; more are dropped, because a shadow may never hold up a primary. */
const mostCopies = 256;
/** They hold requests in memory, so their rows count, too. */
const mostRows = 16_384;

/** An answered request on its way to a shadow. */
export interface Copy {
  readonly served: Served;
  readonly version: VersionRef;
}

/** The copies for one version: one at a time, between other work. */
export class ShadowLane {
  readonly #run: (copy: Copy) => Promise<void>;
  #waiting: Copy[] = [];
  #rows = 0;
  #working: Promise<void> | null = null;

  /** `run` must not reject. */
  constructor(run: (copy: Copy) => Promise<void>) {
    this.#run = run;
  }

  /** Takes a copy, or says that there is no room. */
  offer(copy: Copy): boolean {
    const { rows } = copy.served.request;
    const isFull = this.#waiting.length >= mostCopies || (this.#rows > 0 && this.#rows + rows > mostRows);
    if (isFull) return false;
    this.#waiting.push(copy);
    this.#rows += rows;
    this.#working ??= this.#work();
    return true;
  }

  /** Drops what waits; resolves when the copy in progress is over. */
  async clear(): Promise<void> {
    this.#waiting = [];
    this.#rows = 0;
    await this.#working;
  }

  async #work(): Promise<void> {
    for (;;) {
      await nextTurn();
      const copy = this.#waiting.shift();
      if (copy === undefined) break;
      this.#rows -= copy.served.request.rows;
      await this.#run(copy);
    }
    this.#working = null;
  }
}
