import { normalQuantile } from './distributions.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** `successes` of `n`. */
export interface Proportion {
  readonly successes: number;
  readonly n: number;
}

/** Wilson's score interval of a proportion; the whole of 0 to 1 for n = 0. */
export function wilson({ successes, n }: Proportion, confidence = 0.95): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const p = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / scale;
  const low = successes === 0 ? 0 : Math.max(0, centre - half);
  const high = successes === n ? 1 : Math.min(1, centre + half);
  return { low, high };
}

/** Newcombe's interval of the difference `a` − `b` of two independent proportions (his method 10). */
export function newcombe(a: Proportion, b: Proportion, confidence = 0.95): Interval {
  const [pa, pb] = [shareOf(a), shareOf(b)];
  const [wa, wb] = [wilson(a, confidence), wilson(b, confidence)];
  return {
    low: pa - pb - Math.hypot(pa - wa.low, wb.high - pb),
    high: pa - pb + Math.hypot(wa.high - pa, pb - wb.low),
  };
}

function shareOf({ successes, n }: Proportion): number {
  return n === 0 ? 0 : successes / n;
}
