import type { SampleSums } from '../statistics/confidence-sequence.js';
import type { CumulativeCounts } from '../statistics/quantile-sequence.js';
import {
  bucketMiddle,
  bucketTop,
  type LatencyHistogram,
  lastLatencyBucket,
  latencyBucket,
  quantileOf,
} from './latency-histogram.js';

/** How many observations lie in each bucket or below it, in milliseconds' order. */
export function cumulativeCounts(histogram: LatencyHistogram): CumulativeCounts {
  let n = 0;
  const atMost = Array.from({ length: lastLatencyBucket + 1 }, (_, bucket) => {
    n += histogram[bucket] ?? 0;
    return n;
  });
  return { n, atMost };
}

/** The last bucket a latency may lie in that is at most `margin` milliseconds above one in `bucket`. */
export function bucketWithin(bucket: number, margin: number): number {
  return margin === 0 ? bucket : latencyBucket(bucketTop(bucket) + margin);
}

/** How many observations are surely above `limit` milliseconds. */
export function countAbove(histogram: LatencyHistogram, limit: number): number {
  const last = latencyBucket(limit);
  return Object.entries(histogram).reduce((sum, [bucket, count]) => (Number(bucket) > last ? sum + count : sum), 0);
}

/** Sums of the latencies in milliseconds, each taken as the geometric middle of its bucket. */
export function sumsOf(histogram: LatencyHistogram): SampleSums {
  let [n, sum, sumSquares] = [0, 0, 0];
  for (const [bucket, count] of Object.entries(histogram)) {
    const middle = bucketMiddle(Number(bucket));
    n += count;
    sum += count * middle;
    sumSquares += count * middle * middle;
  }
  return { n, sum, sumSquares };
}

/** Limits of a quantile in milliseconds, `z` standard errors of its rank below and above; infinite where no rank is that high. */
export function quantileLimits(histogram: LatencyHistogram, quantile: number, z: number) {
  const { n } = sumsOf(histogram);
  const reach = z * Math.sqrt((quantile * (1 - quantile)) / n);
  const at = (rank: number) => (rank >= 1 ? Number.POSITIVE_INFINITY : (quantileOf(histogram, Math.max(0, rank)) ?? 0));
  return { low: quantile - reach <= 0 ? 0 : at(quantile - reach), high: at(quantile + reach) };
}
