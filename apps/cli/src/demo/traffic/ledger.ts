/** One request of the demo as its client saw it. Times are milliseconds since 1970. */
export interface LedgerEntry {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
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

/** Everything the demo's client sent and saw. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  add(entry: LedgerEntry): void;
  /** Requests sent, answered with 200, and failed in any other way. */
  counts(): { readonly sent: number; readonly answered: number; readonly failed: number };
}

export function openLedger(): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    add: (entry) => void entries.push(entry),
    counts: () => {
      const answered = entries.filter(({ status }) => status === 200).length;
      return { sent: entries.length, answered, failed: entries.length - answered };
    },
  };
}
