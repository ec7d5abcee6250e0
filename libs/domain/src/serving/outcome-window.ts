import type { BreakerPolicy } from './breaker-policy.js';

/** Buckets per `window`: the judged past is exact to a tenth of it. */
const bucketsPerWindow = 10;

/**
 * Counts of results in time buckets: a ring that covers the sparse window, and running sums of the recent window. Adding
 * and judging allocate nothing; judging is a comparison unless traffic is sparse. Times in milliseconds, never
 * decreasing.
 */
export class OutcomeWindow {
  readonly #width: number;
  readonly #minimumRequests: number;
  readonly #failureShare: number;
  readonly #requests: Uint32Array;
  readonly #failures: Uint32Array;
  #bucket = 0;
  #recentRequests = 0;
  #recentFailures = 0;

  constructor({ window, sparseWindow, minimumRequests, failureShare }: BreakerPolicy) {
    this.#width = window / bucketsPerWindow;
    this.#minimumRequests = minimumRequests;
    this.#failureShare = failureShare;
    const buckets = Math.ceil(sparseWindow / this.#width);
    this.#requests = new Uint32Array(buckets);
    this.#failures = new Uint32Array(buckets);
  }

  add(failed: boolean, now: number): void {
    this.#advance(now);
    const slot = this.#slot(0);
    this.#requests[slot] = at(this.#requests, slot) + 1;
    this.#recentRequests += 1;
    if (!failed) return;
    this.#failures[slot] = at(this.#failures, slot) + 1;
    this.#recentFailures += 1;
  }

  /** Whether the judged results are enough and too many of them failures. */
  isFailing(now: number): boolean {
    this.#advance(now);
    let requests = this.#recentRequests;
    let failures = this.#recentFailures;
    for (let ago = bucketsPerWindow; requests < this.#minimumRequests && ago < this.#requests.length; ago += 1) {
      const slot = this.#slot(ago);
      requests += at(this.#requests, slot);
      failures += at(this.#failures, slot);
    }
    return requests >= this.#minimumRequests && failures >= this.#failureShare * requests;
  }

  /** Results of the whole sparse window. */
  totals(now: number): { readonly requests: number; readonly failures: number } {
    this.#advance(now);
    const sum = (counts: Uint32Array) => counts.reduce((total, count) => total + count, 0);
    return { requests: sum(this.#requests), failures: sum(this.#failures) };
  }

  clear(): void {
    this.#requests.fill(0);
    this.#failures.fill(0);
    this.#recentRequests = 0;
    this.#recentFailures = 0;
  }

  #advance(now: number): void {
    const bucket = Math.floor(now / this.#width);
    if (bucket - this.#bucket >= this.#requests.length) {
      this.clear();
      this.#bucket = bucket;
    }
    while (this.#bucket < bucket) {
      const leaving = this.#slot(bucketsPerWindow - 1);
      this.#recentRequests -= at(this.#requests, leaving);
      this.#recentFailures -= at(this.#failures, leaving);
      this.#bucket += 1;
      const entered = this.#slot(0);
      this.#requests[entered] = 0;
      this.#failures[entered] = 0;
    }
  }

  /** Place of the bucket that was current `ago` buckets before the current one; `ago` is less than the ring is long. */
  #slot(ago: number): number {
    const buckets = this.#requests.length;
    return (this.#bucket + buckets - ago) % buckets;
  }
}

function at(counts: Uint32Array, slot: number): number {
  return counts[slot] ?? 0;
}
