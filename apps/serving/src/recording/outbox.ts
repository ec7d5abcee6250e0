import type { Attempt } from '../outage.js';

/** Rows on their way to Postgres: kept until they are taken there, bounded when they are not. */
export interface Outbox<Row> {
  push(rows: readonly Row[]): void;
  /** Sends in order until nothing is left or `send` fails; rows that could not be sent stay. Never rejects. */
  flush(): Promise<void>;
  size(): number;
}

export interface OutboxOptions<Row> {
  readonly send: (rows: readonly Row[]) => Promise<void>;
  /** Most rows that wait; the oldest are dropped beyond it. */
  readonly capacity: number;
  readonly batch: number;
  readonly onDropped: (rows: number) => void;
  /** Runs `send`; false when it failed. */
  readonly attempt: Attempt;
}

export function createOutbox<Row>({ send, capacity, batch, onDropped, attempt }: OutboxOptions<Row>): Outbox<Row> {
  let waiting: Row[] = [];
  let flushing: Promise<void> | null = null;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, batch);
      if (!(await attempt(() => send(rows)))) return;
      const sent = new Set(rows);
      waiting = waiting.filter((row) => !sent.has(row));
    }
  }

  return {
    push: (rows) => {
      waiting.push(...rows);
      const surplus = waiting.length - capacity;
      if (surplus <= 0) return;
      waiting = waiting.slice(surplus);
      onDropped(surplus);
    },
    flush: () => {
      flushing ??= sendAll().finally(() => {
        flushing = null;
      });
      return flushing;
    },
    size: () => waiting.length,
  };
}
