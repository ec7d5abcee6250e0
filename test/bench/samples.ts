/** Order statistics of a sample; a percentile is the smallest value that at least that share of the sample reaches. */
export interface Summary {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Summarises a sample that is not empty. */
export function summarise(sample: readonly number[]): Summary {
  const sorted = sample.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { n: sorted.length, min: at(0), median: at(0.5), p99: at(0.99), max: at(1) };
}
