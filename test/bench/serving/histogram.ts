/** Counts durations in buckets whose width is at most a thousandth of what they hold. */
export interface Histogram {
  /** Adds one duration in milliseconds; it is kept in whole microseconds. */
  record(milliseconds: number): void;
  /** The smallest duration (milliseconds) that at least this share of all reaches; NaN when there is none. */
  at(share: number): number;
  readonly count: () => number;
}

/** Values below this many microseconds have a bucket each; every doubling above has half as many buckets. */
const linear = 2_048;
const half = linear / 2;
/** Doublings above the linear part: together they reach 2 ** 42 µs, seven weeks. */
const doublings = 31;

export function createHistogram(): Histogram {
  const counts = new Float64Array(linear + doublings * half);
  let total = 0;
  return {
    count: () => total,
    record: (milliseconds) => {
      const bucket = Math.min(counts.length - 1, bucketOf(Math.max(0, Math.round(milliseconds * 1_000))));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      total += 1;
    },
    at: (share) => {
      if (total === 0) return Number.NaN;
      const wanted = Math.max(1, Math.ceil(share * total));
      let seen = 0;
      const bucket = counts.findIndex((count) => {
        seen += count;
        return seen >= wanted;
      });
      return upperOf(bucket) / 1_000;
    },
  };
}

function bucketOf(microseconds: number): number {
  if (microseconds < linear) return microseconds;
  const doubling = Math.floor(Math.log2(microseconds / half));
  return linear + (doubling - 1) * half + (Math.floor(microseconds / 2 ** doubling) - half);
}

/** The largest number of microseconds that a bucket holds. */
function upperOf(bucket: number): number {
  if (bucket < linear) return bucket;
  const doubling = Math.floor((bucket - linear) / half) + 1;
  const within = ((bucket - linear) % half) + half;
  return (within + 1) * 2 ** doubling - 1;
}
