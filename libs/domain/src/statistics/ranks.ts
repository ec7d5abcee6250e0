export interface Ranking {
  /** Rank of each value from 1, in the order given; equal values share the mean of their ranks. */
  readonly ranks: readonly number[];
  /** Σ(t³ − t) over the groups of t equal values; 0 without ties. */
  readonly tieTerm: number;
}

/** Mid-ranks of numbers. */
export function rankOf(values: readonly number[]): Ranking {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = values.map(() => 0);
  let tieTerm = 0;
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[first] ?? 0]) end += 1;
    for (let place = first; place < end; place += 1) ranks[order[place] ?? 0] = (first + 1 + end) / 2;
    const tied = end - first;
    tieTerm += tied ** 3 - tied;
    first = end;
  }
  return { ranks, tieTerm };
}
