/** Holm's adjusted p-values, in the order given: each at most α means the family's error is at most α (Holm 1979). */
export function holm(pValues: readonly number[]): number[] {
  const m = pValues.length;
  let reached = 0;
  return adjusted(pValues, ascending(pValues), (p, place) => {
    reached = Math.max(reached, Math.min(1, (m - place) * p));
    return reached;
  });
}

/** Benjamini and Hochberg's adjusted p-values: each at most q keeps the rate of false discoveries at q (1995). */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const m = pValues.length;
  let reached = 1;
  return adjusted(pValues, ascending(pValues).reverse(), (p, place) => {
    reached = Math.min(reached, (m / (m - place)) * p);
    return reached;
  });
}

/**
 * p-value of "all hold" (Berger 1982): the largest. Every guardrail must be non-inferior, so none needs a smaller α;
 * what suffers is the power, see `powerForAll`. 1 for none: nothing has been shown.
 */
export function intersectionUnion(pValues: readonly number[]): number {
  return pValues.reduce((largest, p) => Math.max(largest, p), pValues.length === 0 ? 1 : 0);
}

/** Power each of `count` tests needs, so that all pass together with probability `power` (Bonferroni on the misses). */
export function powerForAll(power: number, count: number): number {
  return 1 - (1 - power) / Math.max(1, count);
}

/** Probability of at least one false alarm in `count` independent tests at level `alpha`. */
export function familyWiseError(alpha: number, count: number): number {
  return -Math.expm1(count * Math.log1p(-alpha));
}

function ascending(pValues: readonly number[]): number[] {
  return pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
}

function adjusted(
  pValues: readonly number[],
  order: readonly number[],
  adjust: (p: number, place: number) => number,
): number[] {
  const result = [...pValues];
  order.forEach((index, place) => {
    result[index] = adjust(pValues[index] ?? 1, place);
  });
  return result;
}
