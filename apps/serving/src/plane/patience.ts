/** A burst passes: requests may wait this long for their run. */
const burstMilliseconds = 500;
/** Waits that have not been short for so long, and for so many runs, are no burst. A process that stood still has few runs. */
const standingAfterMilliseconds = 100;
const standingAfterRuns = 4;
/**
 * Then nobody waits longer than for one full run, or this where a run is shorter: 64 callers who each send 256 rows again
 * as soon as they have an answer wait 50 to 200 ms for each other, and are no overload.
 */
const standingMilliseconds = 300;
/** Weight of the latest run in the mean. */
const smoothing = 0.2;
/** A run that took longer than so many mean ones was held up by something else, unless others do, too. */
const mostLonger = 4;
const leastMilliseconds = 0.5;

/** What comes before a new request. */
export interface Queue {
  readonly runs: number;
  /** A single large request in progress says nothing about the load; its own runs are not among `runs`. */
  readonly behindLarge: boolean;
}

/**
 * Decides by time whether a request may still wait: work that is refused at once can be done elsewhere, work that waits
 * in a queue that does not get shorter only makes all answers late. Under load that lasts, the queue is kept short, yet long
 * enough to keep the model busy (controlled delay, as Facebook's RPC servers have it). All times are milliseconds of
 * `performance.now()`.
 */
export class Patience {
  /** A full run, as measured when the model was loaded. */
  readonly #leastRun: number;
  #meanRun: number;
  #runSince: number | null = null;
  #shortAt = 0;
  #longWaits = 0;

  constructor(fullRunMilliseconds: number) {
    this.#leastRun = fullRunMilliseconds;
    this.#meanRun = fullRunMilliseconds;
  }

  /** Nothing waits and nothing runs, or nothing has waited for long. */
  idle(now: number): void {
    this.#shortAt = now;
    this.#longWaits = 0;
  }

  runBegins(now: number): void {
    this.#runSince = now;
  }

  runEnds(now: number): void {
    if (this.#runSince === null) return;
    const most = mostLonger * Math.max(leastMilliseconds, this.#meanRun);
    this.#meanRun += smoothing * (Math.min(now - this.#runSince, most) - this.#meanRun);
    this.#runSince = null;
  }

  /** Of the requests of a run, the first had waited since then. */
  waited(since: number, now: number): void {
    if (now - since < this.#run() / 2) this.idle(now);
    else this.#longWaits += 1;
  }

  /** May one more request wait? */
  allows({ runs, behindLarge }: Queue, now: number): boolean {
    const run = this.#run();
    const rest = this.#runSince === null ? 0 : Math.max(0, run - (now - this.#runSince));
    const isLong = this.#longWaits >= standingAfterRuns && now - this.#shortAt > standingAfterMilliseconds;
    const isStanding = isLong && !behindLarge;
    const most = isStanding ? Math.max(standingMilliseconds, run) : Math.max(burstMilliseconds, 2 * run);
    return rest + runs * run <= most;
  }

  #run(): number {
    return Math.max(this.#leastRun, this.#meanRun);
  }
}
