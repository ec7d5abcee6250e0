import {
  type BreakerOutcome,
  type BreakerPolicy,
  defaultBreakerPolicy,
  requireBreakerPolicy,
} from './breaker-policy.js';
import { OutcomeWindow } from './outcome-window.js';

/**
 * `closed`: every request passes. `open`: none does, until the pause is over. `halfOpen`: one probe at a time passes; the
 * others are refused.
 */
export type BreakerState = 'closed' | 'open' | 'halfOpen';

/** Answer to "may this request go to the version?". Hand it back as it is: the breaker knows its own permits. */
export interface Permit {
  readonly kind: 'pass' | 'probe' | 'refused';
}

/** What a breaker looks like to metrics and logs. Times in milliseconds of the clock the caller hands in. */
export interface BreakerSnapshot {
  readonly state: BreakerState;
  /** Counted results of the last `sparseWindow`, as of the last closed time; 0 again after closing. */
  readonly requests: number;
  readonly failures: number;
  /** When the present pause began, also while half-open; `null` while closed. */
  readonly openedAt: number | null;
  /** Length of the present pause; `null` while closed. */
  readonly pause: number | null;
  /** Changes of state so far. */
  readonly changes: number;
}

const refused: Permit = Object.freeze({ kind: 'refused' });

/**
 * Circuit breaker of one served version in one process. It keeps no clock and no timer: `now` is milliseconds of a
 * clock that never goes back (`performance.now()`); an earlier time than the last one counts as the last one.
 *
 * A refused request is answered by the baseline. Every other permit is handed back once: to `record` with what
 * happened, or to `cancel` when the request was the client's mistake (a 4xx never counts) or was withdrawn. Results count
 * when they arrive, so a hung request counts once the caller's deadline records it as `failed`.
 *
 * Never stuck: while requests come, a probe is permitted at most twice the present pause after the one before, even if
 * no result is ever handed back, because a silent probe has failed after `probeTimeout`. A result counts only in the
 * closed period, or for the probe, that its permit came from: late results neither close nor open anything.
 *
 * Built for 30,000 requests a second on the serving loop: all permits of one closed period are one object, so
 * that a passing request allocates nothing.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #window: OutcomeWindow;
  #now = 0;
  #state: BreakerState = 'closed';
  #changes = 0;
  /** What everybody gets in this closed period; another object in each. */
  #pass: Permit = { kind: 'pass' };
  /** The probe under way, half-open only. */
  #probe: Permit | null = null;
  #probeUntil = 0;
  #goodProbes = 0;
  #openedAt = 0;
  #pause = 0;

  /** Throws `RangeError` for a policy that cannot work. */
  constructor(policy: BreakerPolicy = defaultBreakerPolicy) {
    requireBreakerPolicy(policy);
    this.#policy = policy;
    this.#window = new OutcomeWindow(policy);
  }

  permit(now: number): Permit {
    this.#settle(now);
    if (this.#state === 'closed') return this.#pass;
    if (this.#state === 'open' || this.#probe !== null) return refused;
    this.#probe = { kind: 'probe' };
    this.#probeUntil = this.#now + this.#policy.probeTimeout;
    return this.#probe;
  }

  record(permit: Permit, outcome: BreakerOutcome, now: number): void {
    this.#settle(now);
    if (permit === this.#probe) this.#recordProbe(this.#isFailure(outcome));
    else if (permit === this.#pass && this.#state === 'closed') this.#recordPass(this.#isFailure(outcome));
  }

  /** Takes a permit back as if it had never been asked for. */
  cancel(permit: Permit, now: number): void {
    this.#settle(now);
    if (permit === this.#probe) this.#probe = null;
  }

  state(now: number): BreakerState {
    this.#settle(now);
    return this.#state;
  }

  snapshot(now: number): BreakerSnapshot {
    this.#settle(now);
    const closed = this.#state === 'closed';
    return {
      state: this.#state,
      ...this.#window.totals(this.#now),
      openedAt: closed ? null : this.#openedAt,
      pause: closed ? null : this.#pause,
      changes: this.#changes,
    };
  }

  /** Applies what time alone has done since the last call, at the moments at which it was due. */
  #settle(now: number): void {
    if (now > this.#now) this.#now = now;
    if (this.#state === 'closed') return;
    if (this.#probe !== null && this.#now >= this.#probeUntil) this.#openAgain(this.#probeUntil);
    if (this.#state === 'open' && this.#now >= this.#openedAt + this.#pause) this.#enter('halfOpen');
  }

  #recordPass(failed: boolean): void {
    this.#window.add(failed, this.#now);
    if (this.#window.isFailing(this.#now)) this.#open(this.#now, this.#policy.pause);
  }

  #recordProbe(failed: boolean): void {
    this.#probe = null;
    if (failed) {
      this.#openAgain(this.#now);
      return;
    }
    this.#goodProbes += 1;
    if (this.#goodProbes >= this.#policy.probesToClose) this.#close();
  }

  #openAgain(at: number): void {
    this.#open(at, Math.min(2 * this.#pause, this.#policy.longestPause));
  }

  #open(at: number, pause: number): void {
    this.#enter('open');
    this.#probe = null;
    this.#openedAt = at;
    this.#pause = pause;
    this.#goodProbes = 0;
  }

  #close(): void {
    this.#enter('closed');
    this.#pass = { kind: 'pass' };
    this.#window.clear();
  }

  #enter(state: BreakerState): void {
    this.#state = state;
    this.#changes += 1;
  }

  #isFailure(outcome: BreakerOutcome): boolean {
    if (outcome === 'slow') return this.#policy.countsSlow;
    if (outcome === 'unsure') return this.#policy.countsUnsure;
    return outcome === 'failed';
  }
}
