import { betaI, erfc, gammaQ } from './special.js';

/** P(Z ≤ z) for a standard normal Z. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z / Math.SQRT2);
}

/** Natural logarithm of P(Z ≤ z), where P itself would be 0 too. */
export function logNormalCdf(z: number): number {
  if (z > 0) return Math.log1p(-normalCdf(-z));
  if (z > -35) return Math.log(normalCdf(z));
  const inverse = 1 / (z * z);
  return -0.5 * z * z - Math.log(-z) - halfLogTwoPi + Math.log1p(-inverse * (1 - 3 * inverse * (1 - 5 * inverse)));
}

/** The z with P(Z ≤ z) = p, 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a normal quantile needs a probability between 0 and 1, not ${p}`);
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = initialQuantile(p);
  for (let step = 0; step < 3; step += 1) {
    const error = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}

/** P(T ≤ t) for Student's T with `degrees` degrees of freedom. */
export function studentTCdf(t: number, degrees: number): number {
  const tail = 0.5 * betaI(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/** P(T > t), without cancellation in the upper tail. */
export function studentTSf(t: number, degrees: number): number {
  return studentTCdf(-t, degrees);
}

/** P(|T| ≥ |t|). */
export function studentTTwoSided(t: number, degrees: number): number {
  return betaI(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** P(X ≥ x) for a chi-square X. */
export function chiSquareSf(x: number, degrees: number): number {
  return gammaQ(degrees / 2, x / 2);
}

/** P(X ≤ k) for X ~ Binomial(n, p). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  const whole = Math.floor(k);
  return betaI(1 - p, n - whole, whole + 1);
}

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Abramowitz and Stegun 26.2.23, good to 4.5e-4; a starting point for Halley's method. Lower half only. */
function initialQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const above = 2.515517 + 0.802853 * t + 0.010328 * t * t;
  const below = 1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t;
  return above / below - t;
}
