import { bisect, minimiser } from './roots.js';
import { zeta } from './zeta.js';

/** Shape of a stitched bound: `least` is the variance from which on it is tight. */
export interface Stitching {
  readonly least: number;
  /** Scale c of a sub-gamma sum's tail; 0 for a sub-Gaussian one, negative for a lighter tail. */
  readonly scale?: number;
  /** Exponent s of the epochs' weights, above 1. */
  readonly exponent?: number;
  /** Ratio η of successive epochs, above 1. */
  readonly ratio?: number;
}

/**
 * Bound on a sum at `variance` that is ever exceeded with probability at most `alpha`, growing like the law of the
 * iterated logarithm: polynomial stitching, Howard, Ramdas, McAuliffe and Sekhon (2021), theorem 1 and equation 10.
 */
export function polyStitchingBound(variance: number, alpha: number, stitching: Stitching): number {
  const { least, scale = 0, exponent = 1.4, ratio = 2 } = stitching;
  const v = Math.max(variance, least);
  const first = (ratio ** 0.25 + ratio ** -0.25) / Math.SQRT2;
  const second = ((Math.sqrt(ratio) + 1) / 2) * scale;
  const constant = Math.log(zeta(exponent) / Math.log(ratio) ** exponent);
  const level = exponent * Math.log(Math.log((ratio * v) / least)) + constant - Math.log(alpha);
  return Math.sqrt(first ** 2 * v * level + (second * level) ** 2) + second * level;
}

/**
 * Largest distance of the empirical distribution function from the true one after `n` observations, for all `n` from
 * `least` on at once with probability 1 − `alpha`: Howard and Ramdas (2022), theorem 2. `scale` A is above 1/√2.
 */
export function empiricalProcessBound(
  n: number,
  input: { readonly alpha: number; readonly least: number; readonly scale?: number },
): number {
  const { alpha, least, scale = 0.85 } = input;
  if (n < least) return Number.POSITIVE_INFINITY;
  return scale * Math.sqrt((Math.log1p(Math.log(n / least)) + constantFor(alpha, scale)) / n);
}

/** The smallest C at which the theorem's error, at its best η, is `alpha`. */
function constantFor(alpha: number, scale: number): number {
  return bisect((constant) => alpha - leastError(constant, scale), { low: 1, high: 1000 });
}

function leastError(constant: number, scale: number): number {
  const room = (ratio: number) => scale - Math.sqrt((2 * (ratio - 1)) / constant);
  const highest = bisect((ratio) => Math.sqrt(ratio / 2) - room(ratio), { low: 1, high: 2 * scale ** 2 });
  const error = (ratio: number) => {
    const squared = (2 / ratio) * room(ratio) ** 2;
    if (squared <= 1) return Number.POSITIVE_INFINITY;
    return 4 * Math.exp(-squared * constant) * (1 + 1 / ((squared - 1) * Math.log(ratio)));
  };
  return error(minimiser(error, { low: 1, high: highest }));
}
