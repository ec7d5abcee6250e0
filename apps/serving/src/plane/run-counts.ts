/** Runs of one number of rows. */
export interface SizeCounts {
  executions: number;
  runMilliseconds: number;
}

/** Numbers of rows that are counted apart; of further ones only the sums are known. */
const mostSizes = 128;

/** What the runs of one version counted since it was loaded. */
export class RunCounts {
  executions = 0;
  rows = 0;
  /** Requests that came to the queue, and how long they had taken from whole message to there. */
  inputs = 0;
  inputMilliseconds = 0;
  queueMilliseconds = 0;
  runMilliseconds = 0;
  readonly bySize = new Map<number, SizeCounts>();

  /** A run is over, however it ended. */
  ran(rows: number, milliseconds: number): void {
    this.executions += 1;
    this.rows += rows;
    this.runMilliseconds += milliseconds;
    const known = this.bySize.get(rows);
    if (known !== undefined) {
      known.executions += 1;
      known.runMilliseconds += milliseconds;
    } else if (this.bySize.size < mostSizes) this.bySize.set(rows, { executions: 1, runMilliseconds: milliseconds });
  }

  /** A request came to the queue at `now`; `receivedAt` is `undefined` where nobody measured. */
  queued(receivedAt: number | undefined, now: number): void {
    if (receivedAt === undefined) return;
    this.inputs += 1;
    this.inputMilliseconds += now - receivedAt;
  }
}
