import { bisect } from './roots.js';
import { betaI, gammaP, gammaQ, lnGamma } from './special.js';

/** Natural logarithm of the beta function, a > 0, b > 0. */
export function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/** The x with I_x(a, b) = p, 0 ≤ p ≤ 1: SciPy's `betaincinv`. */
export function betaIInverse(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`an inverse beta needs a probability, not ${p}`);
  if (p === 0 || p === 1) return p;
  if (betaI(0.5, a, b) < p) return 1 - lowerBeta(1 - p, b, a);
  return lowerBeta(p, a, b);
}

/** The x with P(a, x) = p, 0 ≤ p < 1: SciPy's `gammaincinv`. */
export function gammaPInverse(p: number, a: number): number {
  if (!(p >= 0 && p < 1)) throw new RangeError(`an inverse gamma needs a probability below 1, not ${p}`);
  if (p === 0) return 0;
  const miss = p < 0.5 ? (x: number) => gammaP(a, x) - p : (x: number) => 1 - p - gammaQ(a, x);
  let high = Math.max(1, a);
  while (miss(high) < 0) high *= 2;
  return bisectLogarithm(miss, high);
}

/** In the half where x is at most ½, so that a tiny x keeps its digits. */
function lowerBeta(p: number, a: number, b: number): number {
  return bisectLogarithm((x) => betaI(x, a, b) - p, 0.5);
}

const leastLogarithm = -700;

/** Bisection on ln x: relative precision however small the root is. */
function bisectLogarithm(curve: (x: number) => number, high: number): number {
  return Math.exp(bisect((logarithm) => curve(Math.exp(logarithm)), { low: leastLogarithm, high: Math.log(high) }));
}
