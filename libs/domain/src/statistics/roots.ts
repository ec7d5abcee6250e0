type Curve = (x: number) => number;

export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface Bisection extends Range {
  readonly rising?: boolean;
  /** Most halvings of the range. */
  readonly steps?: number;
}

/**
 * Where `curve`, which changes its sign between `low` and `high`, crosses zero: bisection until no double lies between.
 * The ends themselves are never asked, so a curve may be undefined there; `rising` says on which side it is positive.
 */
export function bisect(curve: Curve, { low, high, rising = true, steps = 200 }: Bisection): number {
  let [below, above] = [low, high];
  for (let step = 0; step < steps; step += 1) {
    const middle = below + (above - below) / 2;
    if (middle === below || middle === above) return middle;
    if (curve(middle) > 0 === rising) above = middle;
    else below = middle;
  }
  return below + (above - below) / 2;
}

const golden = (Math.sqrt(5) - 1) / 2;

/** Where `curve`, which has one minimum between `low` and `high`, is smallest: golden-section search (Kiefer 1953). */
export function minimiser(curve: Curve, { low, high }: Range, steps = 40): number {
  let [left, right] = [low, high];
  let [a, b] = [right - golden * (right - left), left + golden * (right - left)];
  let [atA, atB] = [curve(a), curve(b)];
  for (let step = 0; step < steps; step += 1) {
    if (atA < atB) {
      [right, b, atB] = [b, a, atA];
      a = right - golden * (right - left);
      atA = curve(a);
    } else {
      [left, a, atA] = [a, b, atB];
      b = left + golden * (right - left);
      atB = curve(b);
    }
  }
  return (left + right) / 2;
}
