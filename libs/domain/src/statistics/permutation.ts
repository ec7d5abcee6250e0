import type { RandomStream } from './random.js';
import { lnGamma } from './special.js';

/** Up to this many relabellings all are tried; above, as many as asked are drawn. */
const exactUpTo = 200_000;

/** Sums that differ by rounding only are equal. */
const relativeTolerance = 1e-12;

export interface Permutation {
  readonly form: 'exact' | 'monteCarlo';
  /** Two-sided. Of draws it is (1 + those at least as extreme) / (1 + draws), which is never 0. */
  readonly pValue: number;
}

export interface Drawing {
  readonly random: RandomStream;
  readonly draws: number;
}

/**
 * Permutation test of the difference of two means: how often a relabelling of all values gives a difference at least
 * as far from zero. Exact when there are at most 200,000 relabellings, else by seeded draws (Phipson and Smyth 2010).
 */
export function permutationTest(a: readonly number[], b: readonly number[], drawing: Drawing): Permutation {
  const values = [...a, ...b];
  const total = values.reduce((sum, value) => sum + value, 0);
  const extremity = (sumOfA: number) => Math.abs(sumOfA - (total * a.length) / values.length);
  const observed = extremity(a.reduce((sum, value) => sum + value, 0));
  const least = observed - relativeTolerance * values.reduce((sum, value) => sum + Math.abs(value), 0);
  const isExtreme = (sumOfA: number) => extremity(sumOfA) >= least;
  if (choices(values.length, a.length) > exactUpTo)
    return drawn(drawing, () => isExtreme(drawSum(values, a.length, drawing)));
  const count = { all: 0, extreme: 0 };
  eachChoice(values, a.length, (sum) => {
    count.all += 1;
    if (isExtreme(sum)) count.extreme += 1;
  });
  return { form: 'exact', pValue: count.extreme / count.all };
}

/**
 * Permutation test of paired differences: how often random signs give a sum at least as far from zero. Exact up to 17
 * differences (2¹⁷ sign patterns), else by seeded draws.
 */
export function signFlipTest(differences: readonly number[], drawing: Drawing): Permutation {
  const size = differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  const isExtreme = (sum: number) => Math.abs(sum) >= observed - relativeTolerance * size;
  const patterns = 2 ** differences.length;
  if (patterns > exactUpTo) {
    const { random } = drawing;
    return drawn(drawing, () =>
      isExtreme(differences.reduce((sum, value) => sum + (random.next() < 0.5 ? value : -value), 0)),
    );
  }
  let extreme = 0;
  for (let pattern = 0; pattern < patterns; pattern += 1) {
    const sum = differences.reduce((all, value, index) => all + ((pattern >> index) & 1 ? value : -value), 0);
    if (isExtreme(sum)) extreme += 1;
  }
  return { form: 'exact', pValue: extreme / patterns };
}

function drawn({ draws }: Drawing, isExtreme: () => boolean): Permutation {
  let extreme = 0;
  for (let draw = 0; draw < draws; draw += 1) if (isExtreme()) extreme += 1;
  return { form: 'monteCarlo', pValue: (1 + extreme) / (1 + draws) };
}

/** Sum of `size` values drawn without replacement, by the first steps of Fisher and Yates' shuffle. */
function drawSum(values: number[], size: number, { random }: Drawing): number {
  let sum = 0;
  for (let place = 0; place < size; place += 1) {
    const other = place + random.nextInt(values.length - place);
    const picked = values[other] ?? 0;
    values[other] = values[place] ?? 0;
    values[place] = picked;
    sum += picked;
  }
  return sum;
}

function eachChoice(values: readonly number[], size: number, visit: (sum: number) => void): void {
  const descend = (first: number, left: number, sum: number): void => {
    if (left === 0) return visit(sum);
    for (let index = first; index <= values.length - left; index += 1) {
      descend(index + 1, left - 1, sum + (values[index] ?? 0));
    }
  };
  descend(0, size, 0);
}

function choices(n: number, k: number): number {
  return Math.round(Math.exp(lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1)));
}
