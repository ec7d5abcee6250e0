import type { Interval } from './intervals.js';
import type { RandomStream } from './random.js';

/**
 * Draws `n` of `n` items with replacement and writes how often each was drawn into `counts`. Statistics are then
 * computed with these as weights, so that rows sorted once stay sorted in every replicate.
 */
export function resample(counts: Uint32Array, random: RandomStream): void {
  counts.fill(0);
  const n = counts.length;
  for (let draw = 0; draw < n; draw += 1) {
    const index = random.nextInt(n);
    counts[index] = (counts[index] ?? 0) + 1;
  }
}

/** Percentile interval of bootstrap replicates; `null` without any. */
export function percentileInterval(replicates: readonly number[], confidence = 0.95): Interval | null {
  if (replicates.length === 0) return null;
  const sorted = [...replicates].sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { low: sampleQuantile(sorted, tail), high: sampleQuantile(sorted, 1 - tail) };
}

/** Quantile of ascending values by linear interpolation (Hyndman and Fan's type 7, NumPy's default). */
export function sampleQuantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new RangeError('a quantile needs at least one value');
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}
