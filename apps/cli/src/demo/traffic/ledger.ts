/** One request of the demo as its client saw it. Times are milliseconds since 1970. */
export interface LedgerEntry {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Why there is no prediction; `null` where there is one. */
  readonly failure: string | null;
  readonly predictionId: string | null;
  readonly epoch: number | null;
  readonly arm: string | null;
  readonly version: number | null;
  readonly digest: string | null;
  readonly fallback: boolean;
  readonly label: string | null;
  readonly truth: string;
  readonly origin: 'heldOut' | 'generated';
  /** Rollout during which it was sent: 0 before the first with traffic. */
  readonly rollout: number;
  readonly key: string;
}

export interface RequestCounts {
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  /** How often which failure, such as `Overloaded` or `ECONNRESET`. */
  readonly failures: { readonly [failure: string]: number };
}

/** Everything the demo's client sent and saw. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  add(entry: LedgerEntry): void;
  /** Requests sent, answered with 200, and failed in any other way. */
  counts(): RequestCounts;
}

export function openLedger(): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    add: (entry) => void entries.push(entry),
    counts: () => {
      const failures: { [failure: string]: number } = {};
      for (const { failure } of entries) if (failure !== null) failures[failure] = (failures[failure] ?? 0) + 1;
      const failed = entries.filter(({ failure }) => failure !== null).length;
      return { sent: entries.length, answered: entries.length - failed, failed, failures };
    },
  };
}
