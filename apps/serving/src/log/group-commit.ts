import { LaurelError } from '@laurel/contracts';
import { type BlockBuffer, createBlockBuffer } from './block-buffer.js';
import { type Entry, rowsOf } from './record-facts.js';
import type { SegmentWriter } from './segment-writer.js';

/** A commit starts this long after the first entry that nobody waits for. */
const lingerMilliseconds = 25;
/** ... or as soon as a block has this many bytes. */
const largeBlock = 256 * 1024;

export interface GroupCommitOptions {
  readonly writer: SegmentWriter;
  /** Most bytes in memory that the disk has not taken. */
  readonly capacityBytes: number;
  readonly onCommit: (result: { readonly milliseconds: number; readonly error: unknown }) => void;
  /** Rows that were lost: they had no room, could not be written down, or the disk did not take them. */
  readonly onDropped: (rows: number) => void;
}

/** Entries on their way to the disk: many share one write. */
export interface GroupCommit {
  /** Takes an entry; false, when it has no room or cannot be written down. */
  push(entry: Entry): boolean;
  /** Takes an entry and resolves when it is on the disk. Errors: `StorageFull`, `DependencyUnavailable`. */
  pushDurably(entry: Entry): Promise<void>;
  /** Closes a segment that is old. */
  rotate(): void;
  waitingBytes(): number;
  /** Commits what waits and closes the segment. */
  close(): Promise<void>;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: LaurelError) => void;
}

export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  return new TurnedCommit(options);
}

class TurnedCommit implements GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #buffer: BlockBuffer = createBlockBuffer();
  #waiters: Waiter[] = [];
  #bytesInWork = 0;
  #timer: NodeJS.Timeout | null = null;
  #scheduled = false;
  #running: Promise<void> | null = null;
  #rotate = false;
  readonly #start = () => {
    this.#scheduled = false;
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
      if (this.#buffer.size().bytes > 0) this.#schedule();
    });
  };

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  push(entry: Entry): boolean {
    const { capacityBytes, onDropped } = this.#options;
    const rows = rowsOf(entry);
    const before = this.waitingBytes();
    if (before >= capacityBytes || !this.#buffer.add(entry, rows)) {
      onDropped(rows);
      return false;
    }
    if (this.#timer === null || this.waitingBytes() >= largeBlock) this.#schedule();
    return true;
  }

  pushDurably(entry: Entry): Promise<void> {
    if (!this.push(entry)) {
      return Promise.reject(
        new LaurelError('DependencyUnavailable', 'The prediction log cannot take the answer; try again in a second.'),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#schedule();
    });
  }

  rotate(): void {
    this.#rotate = true;
    this.#schedule();
  }

  waitingBytes(): number {
    return this.#buffer.size().bytes + this.#bytesInWork;
  }

  async close(): Promise<void> {
    while (this.#running !== null || this.#buffer.size().bytes > 0) {
      this.#start();
      await this.#running;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#options.writer.rotate('any');
  }

  /** At the end of this turn of the loop, so that all of the turn share a commit, where somebody waits; else a little later. */
  #schedule(): void {
    if (this.#scheduled || this.#running !== null) return;
    if (this.#waiters.length > 0 || this.#rotate || this.#buffer.size().bytes >= largeBlock) {
      this.#scheduled = true;
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
      setImmediate(this.#start);
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        if (!this.#scheduled) this.#start();
      }, lingerMilliseconds);
    }
  }

  async #work(): Promise<void> {
    if (this.#buffer.size().bytes > 0) await this.#commit();
    if (!this.#rotate) return;
    this.#rotate = false;
    await this.#options.writer.rotate('old').catch(() => undefined);
  }

  async #commit(): Promise<void> {
    const { writer, onCommit, onDropped } = this.#options;
    const { block, size, giveBack } = this.#buffer.take();
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#bytesInWork = size.bytes;
    const startedAt = performance.now();
    try {
      await writer.write(block);
      onCommit({ milliseconds: performance.now() - startedAt, error: null });
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      onCommit({ milliseconds: performance.now() - startedAt, error });
      onDropped(size.rows);
      const failure = diskFailure(error);
      for (const { reject } of waiters) reject(failure);
    } finally {
      this.#bytesInWork = 0;
      giveBack();
    }
  }
}

/** A failure to write as an error of the table. */
function diskFailure(error: unknown): LaurelError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'error';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const message = isFull
    ? `The disk of the prediction log is full (${code}); free space, and answers go on by themselves.`
    : `The disk of the prediction log takes nothing (${code}); see the log of the serving process.`;
  return new LaurelError(isFull ? 'StorageFull' : 'DependencyUnavailable', message, { cause: error });
}
