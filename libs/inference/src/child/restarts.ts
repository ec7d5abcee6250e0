const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 10_000;
const healthyAfterMilliseconds = 60_000;

/** How long to wait before a process that died is started again: twice as long each time, until one has lasted a minute. */
export class Restarts {
  #deaths = 0;
  #upSince: number | null = null;
  readonly #now: () => number;

  /** `now` gives monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  up(): void {
    this.#upSince = this.#now();
  }

  /** The pause after a death, milliseconds. */
  died(): number {
    if (this.#upSince !== null && this.#now() - this.#upSince >= healthyAfterMilliseconds) this.#deaths = 0;
    this.#upSince = null;
    const pause = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** this.#deaths);
    this.#deaths += 1;
    return pause;
  }
}
