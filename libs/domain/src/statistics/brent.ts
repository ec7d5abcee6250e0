const machineEpsilon = 2 ** -52;
const maximumSteps = 1_000;

/** A function and an interval at whose ends it has different signs. */
export interface RootSearch {
  readonly of: (x: number) => number;
  readonly from: number;
  readonly to: number;
  /** Half the width of the interval within which the root is known at the end. */
  readonly tolerance: number;
}

/** A place, and the value there. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A root by Brent's method (R. P. Brent, Algorithms for Minimization without Derivatives, 1973, chapter 4), with the
 * steps and the stopping rule of R's `zeroin`. A function that jumps over zero has its root where it jumps.
 */
export function brentRoot({ of, from, to, tolerance }: RootSearch): number {
  let before: Point = { x: from, y: of(from) };
  let best: Point = { x: to, y: of(to) };
  if (before.y === 0) return before.x;
  let opposite = before;
  for (let step = 0; step < maximumSteps; step += 1) {
    const lastStep = best.x - before.x;
    if (Math.abs(opposite.y) < Math.abs(best.y)) [before, best, opposite] = [best, opposite, best];
    const least = 2 * machineEpsilon * Math.abs(best.x) + tolerance / 2;
    const half = (opposite.x - best.x) / 2;
    if (Math.abs(half) <= least || best.y === 0) return best.x;
    const wanted = interpolated({ before, best, opposite, lastStep, least }) ?? half;
    const move = Math.abs(wanted) < least ? Math.sign(wanted) * least : wanted;
    before = best;
    best = { x: best.x + move, y: of(best.x + move) };
    if (best.y * opposite.y > 0) opposite = before;
  }
  return best.x;
}

/** The step to where a line or an inverse parabola is zero; `undefined` where bisection is surer. */
function interpolated(input: {
  readonly before: Point;
  readonly best: Point;
  readonly opposite: Point;
  readonly lastStep: number;
  readonly least: number;
}): number | undefined {
  const { before, best, opposite, lastStep, least } = input;
  if (Math.abs(lastStep) < least || Math.abs(before.y) <= Math.abs(best.y)) return undefined;
  const width = opposite.x - best.x;
  const ratio = best.y / before.y;
  let [p, q] = [width * ratio, 1 - ratio];
  if (before.x !== opposite.x) {
    const [u, v] = [before.y / opposite.y, best.y / opposite.y];
    p = ratio * (width * u * (u - v) - (best.x - before.x) * (v - 1));
    q = (u - 1) * (v - 1) * (ratio - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  const isShort = p < 0.75 * width * q - Math.abs(least * q) / 2 && p < Math.abs((lastStep * q) / 2);
  return isShort ? p / q : undefined;
}
