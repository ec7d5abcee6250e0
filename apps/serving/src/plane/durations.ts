/** Upper bounds of the latency buckets, milliseconds. */
export const latencyBounds = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500] as const;

/** A histogram of durations over `latencyBounds`; the last count is of what is above all. */
export class Durations {
  readonly counts = new Float64Array(latencyBounds.length + 1);
  milliseconds = 0;
  count = 0;

  add(milliseconds: number): void {
    let bucket = 0;
    while (bucket < latencyBounds.length && milliseconds > (latencyBounds[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.milliseconds += milliseconds;
    this.count += 1;
  }

  /** Adds all that another histogram counted. */
  addAll({ counts, milliseconds, count }: Durations): void {
    for (let bucket = 0; bucket < counts.length; bucket++)
      this.counts[bucket] = (this.counts[bucket] as number) + (counts[bucket] as number);
    this.milliseconds += milliseconds;
    this.count += count;
  }
}
