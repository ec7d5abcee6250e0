/** Sparse histogram: bucket index (as text) to count. Bucket bounds grow by `ratio`; sums of histograms are exact. */
export type LatencyHistogram = { readonly [bucket: string]: number };

const smallest = 0.05;
const ratio = 1.05;
const logRatio = Math.log(ratio);

/** Index of the last bucket: it holds everything above about 60 s. */
export const lastLatencyBucket = Math.ceil(Math.log(60_000 / smallest) / logRatio);

/**
 * Bucket of a latency in milliseconds. Bucket 0 holds everything up to 0.05 ms; bucket i holds what is above
 * 0.05 · 1.05^(i−1) and at most 0.05 · 1.05^i, so a quantile is off by at most 5 %.
 */
export function latencyBucket(milliseconds: number): number {
  if (!(milliseconds > smallest)) return 0;
  return Math.min(lastLatencyBucket, Math.ceil(Math.log(milliseconds / smallest) / logRatio));
}

/** The highest latency of a bucket in milliseconds, but for the last one, which has no end. */
export function bucketTop(bucket: number): number {
  return smallest * ratio ** bucket;
}

/** The geometric middle of a bucket in milliseconds. */
export function bucketMiddle(bucket: number): number {
  return smallest * ratio ** (bucket - 0.5);
}

/** The histogram of all observations of `histograms`. */
export function mergeHistograms(histograms: readonly LatencyHistogram[]): LatencyHistogram {
  const merged: { [bucket: string]: number } = {};
  for (const histogram of histograms) {
    for (const [bucket, count] of Object.entries(histogram)) merged[bucket] = (merged[bucket] ?? 0) + count;
  }
  return merged;
}

/** Number of observations. */
export function countOf(histogram: LatencyHistogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0);
}

/** Quantile `q` (0 to 1) in milliseconds, interpolated on the logarithmic scale; `null` without observations. */
export function quantileOf(histogram: LatencyHistogram, q: number): number | null {
  const buckets = sortedBuckets(histogram);
  const last = buckets.at(-1);
  if (last === undefined) return null;
  const rank = q * countOf(histogram);
  let before = 0;
  for (const [bucket, count] of buckets) {
    if (before + count >= rank) return smallest * ratio ** (bucket - 1 + Math.max(0, rank - before) / count);
    before += count;
  }
  return smallest * ratio ** last[0];
}

/** Mean in milliseconds, from the geometric middles of the buckets; `null` without observations. */
export function meanOf(histogram: LatencyHistogram): number | null {
  const count = countOf(histogram);
  if (count === 0) return null;
  return sortedBuckets(histogram).reduce((sum, [bucket, n]) => sum + n * bucketMiddle(bucket), 0) / count;
}

function sortedBuckets(histogram: LatencyHistogram): (readonly [number, number])[] {
  return Object.entries(histogram)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => a - b);
}
