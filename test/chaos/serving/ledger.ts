/** What an answer said, whatever the protocol. */
export interface Said {
  /** The number that was asked about. */
  readonly input: number;
  readonly digest: string;
  readonly epoch: number;
  readonly fallback: boolean;
  readonly probability: number;
}

/** Counts what went wrong with requests, each kind with its first example. */
export class Ledger {
  readonly #counts = new Map<string, { count: number; readonly example: string }>();
  checked = 0;
  readonly answeredBy = new Map<string, number>();

  failed(kind: string, example: string): void {
    const known = this.#counts.get(kind);
    if (known === undefined) this.#counts.set(kind, { count: 1, example });
    else known.count += 1;
  }

  answered({ digest }: Said): void {
    this.checked += 1;
    this.answeredBy.set(digest, (this.answeredBy.get(digest) ?? 0) + 1);
  }

  /** Requests with something wrong; of one, only the first thing counts. */
  failures(): number {
    return [...this.#counts.values()].reduce((sum, { count }) => sum + count, 0);
  }

  problems(): readonly string[] {
    return [...this.#counts].map(([kind, { count, example }]) => `${count} requests: ${kind} (first: ${example})`);
  }
}
