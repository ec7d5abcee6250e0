import { bisect } from './roots.js';

/** Doublings until a bound is given up; a mixture that has not grown by then never will. */
const maximumDoublings = 1000;

/**
 * The smallest sum at which a mixture, growing in its sum, reaches 1/α. `greatest` is the largest sum there can be; it is the
 * answer where the mixture does not reach 1/α even there.
 */
export function mixtureBound(
  logMixture: (sum: number) => number,
  input: { readonly variance: number; readonly alpha: number; readonly greatest?: number },
): number {
  const threshold = -Math.log(input.alpha);
  const high = input.greatest ?? reaching(logMixture, threshold, input.variance);
  if (logMixture(high) < threshold) return high;
  return bisect((sum) => logMixture(sum) - threshold, { low: 0, high });
}

function reaching(logMixture: (sum: number) => number, threshold: number, start: number): number {
  let high = start;
  for (let doubling = 0; doubling < maximumDoublings; doubling += 1) {
    if (logMixture(high) >= threshold) return high;
    high *= 2;
  }
  throw new RangeError('the mixture never reaches its threshold');
}
