import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Tensor } from '@laurel/domain';
import type { Batch, RunnableModel } from '@laurel/ports';
import { type RequestTrace, tellBegun, tellEnded } from '../tracing/request-trace.js';
import { Patience } from './patience.js';
import { joinBatches, layoutOf, rowsOf, sliceRows } from './rows-of-tensors.js';
import { RunCounts } from './run-counts.js';

/** Limits of the runs of one version. */
export interface BatchLimits {
  /** A run holds at most this many rows; a request of more is run in pieces. */
  readonly maximumRows: number;
  /** Rows that may wait; a request beyond them is shed. */
  readonly maximumWaitingRows: number;
}

/** What a request wants of its run. */
export interface RunWish {
  readonly deadline: number | null;
  readonly priority: number;
  readonly isCancelled: () => boolean;
  /** When its message was whole, on the clock of `performance.now()`; absent where nobody measures. */
  readonly receivedAt?: number;
  /** Told of the run; absent where nobody traces. */
  readonly trace?: RequestTrace | null;
}

/** A large request gives the loop back to others after about this long. */
const pieceMilliseconds = 2;
const mostPieceRows = 4_096;
/**
 * Runs that requests share take about this long at most, in a process of its own, too: where a run is that long, sharing
 * saves next to nothing, and everybody waits for the rows of the others.
 */
const longestSharedMilliseconds = 15;

/** What a run gave to one request. */
export interface Ran {
  readonly outputs: readonly Tensor[];
  /** Time of the run itself, not of waiting for it; of the longest where a large request took several. */
  readonly milliseconds: number;
}

/** Joins requests for one version into runs. */
export interface Batcher {
  /**
   * Runs a batch, perhaps together with others. Errors: `ModelOutputInvalid`, `ModelNotReady`, `DeadlineExceeded` before
   * it ran, `Overloaded` when too many rows wait, or too long. `maximumRows` replaces the limit from now on.
   */
  run(batch: Batch, wish: RunWish, maximumRows?: number): Promise<Ran>;
  waitingRows(): number;
  /** Counts since the start, for statistics. */
  readonly counts: RunCounts;
}

interface Waiting {
  readonly batch: Batch;
  readonly layout: string;
  readonly wish: RunWish;
  readonly since: number;
  readonly resolve: (ran: Ran) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A batcher that never waits longer than a turn of the event loop. A request that finds no run in flight, after a run that
 * nobody shared, is run at once; what arrives meanwhile is the next run. While runs are shared, what has arrived by the
 * end of a turn is one run. So one caller alone waits for nobody, and many callers share.
 */
export function createBatcher(model: Pick<RunnableModel, 'run' | 'sharesRuns' | 'cost'>, limits: BatchLimits): Batcher {
  return new TurnBatcher(model, limits);
}

class TurnBatcher implements Batcher {
  readonly counts = new RunCounts();
  readonly #model: Pick<RunnableModel, 'run' | 'sharesRuns' | 'cost'>;
  readonly #limits: BatchLimits;
  /** Rows of a run that there is time for, as measured. */
  readonly #mostRows: number;
  #maximumRows: number;
  /** Rows of one request that are run at once: about as many as take `pieceMilliseconds`. */
  readonly #pieceRows: number;
  #waiting: Waiting[] = [];
  #rows = 0;
  #scheduled = false;
  /** Requests of the last run: more than one means that company comes within a turn of the loop. */
  #lastShared = 0;
  /** Rows of the request in progress whose run has not begun. */
  #rowsLeft = 0;
  /** Is the request in progress larger than any run that is shared? */
  #isLarge = false;
  readonly #patience: Patience;
  readonly #flush = () => void this.#runWaiting();

  constructor(model: Pick<RunnableModel, 'run' | 'sharesRuns' | 'cost'>, limits: BatchLimits) {
    this.#model = model;
    this.#limits = limits;
    const { maximumRows, milliseconds } = model.cost;
    const share = Math.min(1, longestSharedMilliseconds / Math.max(milliseconds, 0.001));
    this.#mostRows = Math.max(1, Math.floor(maximumRows * share));
    this.#maximumRows = Math.min(limits.maximumRows, this.#mostRows);
    this.#patience = new Patience((milliseconds * this.#maximumRows) / Math.max(maximumRows, 1));
    this.#pieceRows = Math.min(
      mostPieceRows,
      Math.floor((pieceMilliseconds * maximumRows) / Math.max(milliseconds, 0.001)),
    );
  }

  waitingRows(): number {
    return this.#rows;
  }

  run(batch: Batch, wish: RunWish, maximumRows?: number): Promise<Ran> {
    if (maximumRows !== undefined) this.#maximumRows = Math.min(maximumRows, this.#mostRows);
    if (this.#rows > 0 && this.#rows + batch.rows > this.#limits.maximumWaitingRows) {
      return Promise.reject(
        new LaurelError('Overloaded', `${this.#rows} rows wait for this version; try again in a second.`),
      );
    }
    const now = performance.now();
    if (!this.#scheduled) this.#patience.idle(now);
    else if (this.#rows > 0 && !this.#patience.allows({ runs: this.#runsAhead(), behindLarge: this.#isLarge }, now)) {
      return Promise.reject(
        new LaurelError('Overloaded', 'Requests wait too long for this version; try again in a second.'),
      );
    }
    this.counts.queued(wish.receivedAt, now);
    this.#rows += batch.rows;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, layout: layoutOf(batch), wish, since: now, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      if (this.#lastShared <= 1) this.#flush();
      else setImmediate(this.#flush);
    });
  }

  /** Runs that come before that of one more request. */
  #runsAhead(): number {
    if (!this.#model.sharesRuns) return this.#waiting.length;
    const piece = Math.max(this.#maximumRows, this.#pieceRows);
    const left = this.#isLarge ? 0 : Math.ceil(this.#rowsLeft / piece);
    const isShared = this.#rows <= this.#waiting.length * this.#maximumRows;
    return left + Math.floor(this.#rows / (isShared ? this.#maximumRows : piece));
  }

  async #runWaiting(): Promise<void> {
    const taken = this.#take();
    this.#lastShared = taken.length;
    if (taken.length > 0) await this.#runTogether(taken);
    this.#scheduled = this.#waiting.length > 0;
    if (this.#scheduled) setImmediate(this.#flush);
  }

  /** Takes what fits into one run: the urgent first, of one layout, none that nobody waits for. */
  #take(): readonly Waiting[] {
    const now = performance.now();
    if (this.#waiting.some(({ wish }) => wish.priority !== 0)) {
      this.#waiting.sort((one, other) => one.wish.priority - other.wish.priority);
    }
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    let rows = 0;
    let layout: string | undefined;
    for (const one of this.#waiting) {
      if (this.#isOver(one, now)) continue;
      layout ??= one.layout;
      const fits = taken.length === 0 || (this.#model.sharesRuns && rows + one.batch.rows <= this.#maximumRows);
      if (fits && one.layout === layout) {
        taken.push(one);
        rows += one.batch.rows;
        this.counts.queueMilliseconds += now - one.since;
      } else left.push(one);
    }
    const [first] = taken;
    if (first !== undefined) this.#patience.waited(first.since, now);
    this.#waiting = left;
    this.#rows = left.reduce((sum, { batch }) => sum + batch.rows, 0);
    return taken;
  }

  #isOver({ wish, reject }: Waiting, now: number): boolean {
    if (wish.isCancelled()) {
      reject(new LaurelError('Cancelled', 'The caller has gone; nothing was run.'));
      return true;
    }
    if (wish.deadline === null || now < wish.deadline) return false;
    reject(
      new LaurelError('DeadlineExceeded', 'The deadline passed before the model could be asked; allow more time.'),
    );
    return true;
  }

  async #runTogether(taken: readonly Waiting[]): Promise<void> {
    const [first] = taken;
    if (taken.length === 1 && first !== undefined) return this.#runAlone(first, taken);
    const joined = joinBatches(taken.map(({ batch }) => batch));
    tellBegun(taken);
    try {
      const { outputs, milliseconds } = await this.#time(joined);
      tellEnded(taken, joined.rows, true);
      checkRows(outputs, joined.rows);
      let start = 0;
      for (const { batch, resolve } of taken) {
        resolve({ outputs: sliceRows(outputs, start, batch.rows), milliseconds });
        start += batch.rows;
      }
    } catch (error) {
      tellEnded(taken, joined.rows, false);
      if (!isLaurelError(error) || error.code !== 'ModelOutputInvalid') {
        for (const { reject } of taken) reject(error);
        return;
      }
      // One request's values may have failed the run of all: each is judged by a run of its own.
      for (const one of taken) await this.#runAlone(one, [one], error);
    }
  }

  /** `alone` holds the one request. `shared`: why the run failed that it shared. A graph that died of it is not ready for a run alone. */
  async #runAlone({ batch, resolve, reject }: Waiting, alone: readonly Waiting[], shared?: LaurelError): Promise<void> {
    tellBegun(alone);
    try {
      const most = Math.max(this.#maximumRows, this.#pieceRows);
      if (batch.rows <= most || !this.#model.sharesRuns) return resolve(await this.#time(batch));
      this.#isLarge = batch.rows > this.#limits.maximumRows;
      const pieces: Ran[] = [];
      for (let start = 0; start < batch.rows; start += most) {
        this.#rowsLeft = Math.max(0, batch.rows - start - most);
        pieces.push(await this.#time(rowsOf(batch, start, most)));
      }
      const batches = pieces.map(({ outputs }) => ({ rows: outputs[0]?.shape[0] ?? 0, tensors: outputs }));
      resolve({
        outputs: joinBatches(batches).tensors,
        milliseconds: Math.max(...pieces.map(({ milliseconds }) => milliseconds)),
      });
    } catch (error) {
      tellEnded(alone, batch.rows, false);
      reject(shared !== undefined && isLaurelError(error) && error.code === 'ModelNotReady' ? shared : error);
    } finally {
      tellEnded(alone, batch.rows, true);
      this.#isLarge = false;
      this.#rowsLeft = 0;
    }
  }

  async #time(batch: Batch): Promise<Ran> {
    const startedAt = performance.now();
    this.#patience.runBegins(startedAt);
    try {
      const outputs = await this.#model.run(batch);
      return { outputs, milliseconds: performance.now() - startedAt };
    } finally {
      const now = performance.now();
      this.#patience.runEnds(now);
      this.counts.ran(batch.rows, now - startedAt);
    }
  }
}

/** Rows of a shared run must come back as rows, or nobody knows whose is whose. */
function checkRows(outputs: readonly Tensor[], rows: number): void {
  const odd = outputs.find(({ shape }) => shape[0] !== rows);
  if (odd === undefined) return;
  throw new LaurelError('ModelOutputInvalid', `The model's output ${odd.name} has ${odd.shape[0]} rows for ${rows}.`);
}
