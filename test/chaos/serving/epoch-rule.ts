import type { CommitWatch } from './installation.js';

/** A process may follow a commit this much later, milliseconds. */
const followMilliseconds = 2_000;

/**
 * Judges epochs of answers: never older than the newest epoch whose commit had returned more than 2 s before the request
 * began, never newer than the newest whose commit had begun when the answer came.
 */
export class EpochRule implements CommitWatch {
  #newestBegun = 0;
  readonly #returned: { readonly epoch: number; readonly at: number }[] = [];
  #settled = 0;
  #floor = 0;

  begins(epoch: number): void {
    this.#newestBegun = epoch;
  }

  returned(epoch: number): void {
    this.#returned.push({ epoch, at: performance.now() });
  }

  /** The oldest epoch that may answer a request that begins now. Ask in the order of time. */
  floor(now: number): number {
    for (;;) {
      const next = this.#returned[this.#settled];
      if (next === undefined || now - next.at <= followMilliseconds) return this.#floor;
      this.#floor = next.epoch;
      this.#settled += 1;
    }
  }

  /** Call when the answer comes; `floor` is of when the request began. */
  problem(epoch: number, floor: number): string | null {
    if (!(epoch >= floor)) return 'an epoch is older than one that was committed more than 2 s before the request';
    return epoch <= this.#newestBegun ? null : 'an epoch is newer than any whose commit had begun';
  }
}
