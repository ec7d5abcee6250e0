/**
 * What happened to one permitted request: `failed` is a model error, or an output that is NaN, infinite or out of
 * range, or no answer by the caller's deadline; `slow` a latency over the SLA; `unsure` a confidence under the
 * threshold of the SLA.
 */
export type BreakerOutcome = 'ok' | 'failed' | 'slow' | 'unsure';

/** When a breaker opens, how long it stays open, and what closes it. Times in milliseconds. */
export interface BreakerPolicy {
  /** Length of the recent past that is judged. */
  readonly window: number;
  /** Where traffic is sparse, the window reaches back until it holds `minimumRequests`, at most this far. */
  readonly sparseWindow: number;
  /** Fewer results than this never open it. */
  readonly minimumRequests: number;
  /** Share of failures among the judged results, above 0 and at most 1, from which on it opens. */
  readonly failureShare: number;
  /** First pause after it opens; every failed probe doubles it, closing resets it. */
  readonly pause: number;
  readonly longestPause: number;
  /** A probe without a result for so long has failed. At most `pause`. */
  readonly probeTimeout: number;
  /** So many good probes in a row close it. */
  readonly probesToClose: number;
  readonly countsSlow: boolean;
  /**
   * Usually `false`: low confidence says something about the rows that were asked, not about the health of the version.
   * The single unsure answer falls back to the baseline all the same; a change in who asks must not take the model
   * from everybody.
   */
  readonly countsUnsure: boolean;
}

/**
 * Hystrix's numbers (20 requests and 50 % failures in 10 s, a pause of 5 s), with three differences. The window is 1 s
 * where traffic fills it: under constant load, 10 s would notice a dead version after 5 s, 1 s does after half a second.
 * Three good probes close it, where Hystrix and opossum take one. The pause doubles, up to twice Envoy's ejection time of
 * 30 s. (opossum's minimum of 0 requests lets the first failure open it.)
 */
export const defaultBreakerPolicy: BreakerPolicy = {
  window: 1_000,
  sparseWindow: 10_000,
  minimumRequests: 20,
  failureShare: 0.5,
  pause: 5_000,
  longestPause: 60_000,
  probeTimeout: 5_000,
  probesToClose: 3,
  countsSlow: true,
  countsUnsure: false,
};

/** Throws `RangeError` for a policy that could never open, never close, or break the promise about probes. */
export function requireBreakerPolicy(policy: BreakerPolicy): void {
  requireAtLeast('window', policy.window, 10);
  requireAtLeast('sparse window', policy.sparseWindow, policy.window);
  if (policy.sparseWindow > 100 * policy.window) {
    throw new RangeError(
      `a breaker's sparse window must be at most 100 windows (${100 * policy.window} ms), it is ${policy.sparseWindow}`,
    );
  }
  requireWhole('minimum of requests', policy.minimumRequests);
  requireWhole('number of probes that close it', policy.probesToClose);
  requireAtLeast('probe time-out', policy.probeTimeout, 1);
  requireAtLeast('pause', policy.pause, policy.probeTimeout);
  requireAtLeast('longest pause', policy.longestPause, policy.pause);
  if (!(policy.failureShare > 0 && policy.failureShare <= 1)) {
    throw new RangeError(`a breaker's share of failures must be above 0 and at most 1, it is ${policy.failureShare}`);
  }
}

function requireAtLeast(name: string, value: number, least: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new RangeError(`a breaker's ${name} must be at least ${least} ms, it is ${value}`);
}

function requireWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(`a breaker's ${name} must be a whole number from 1, it is ${value}`);
}
