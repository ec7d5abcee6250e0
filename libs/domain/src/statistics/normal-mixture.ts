import { logNormalCdf } from './distributions.js';
import { mixtureBound } from './mixture-bound.js';

/*
 * The normal mixture of Robbins (1970), as in Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences", Annals of Statistics 49 (2021), propositions 5 and 6. For a sum with variance process
 * `variance` and mean zero, the probability that the mixture ever exceeds 1/α is at most α, however often one looks.
 */

/** A sum observed when its variance process had reached `variance`, weighed by a mixture with parameter `rho`. */
export interface Mixed {
  readonly sum: number;
  readonly variance: number;
  readonly rho: number;
}

export interface MixedBound {
  readonly variance: number;
  readonly rho: number;
  readonly alpha: number;
}

/** The `rho` that makes the two-sided bound tightest near `variance`: exact to first order (the article's equation 20). */
export function bestRho(variance: number, alpha: number): number {
  const doubled = -2 * Math.log(alpha);
  return variance / (doubled + Math.log1p(doubled));
}

/** The `rho` that makes the one-sided bound tightest near `variance`, α below ½. */
export function bestRhoOneSided(variance: number, alpha: number): number {
  return bestRho(variance, 2 * alpha);
}

/** Logarithm of the two-sided mixture: evidence against a mean of zero. */
export function logNormalMixture({ sum, variance, rho }: Mixed): number {
  return 0.5 * Math.log(rho / (variance + rho)) + (sum * sum) / (2 * (variance + rho));
}

/** Logarithm of the one-sided mixture: evidence against a mean of zero or less. */
export function logNormalMixtureOneSided({ sum, variance, rho }: Mixed): number {
  const scale = variance + rho;
  return Math.LN2 + 0.5 * Math.log(rho / scale) + (sum * sum) / (2 * scale) + logNormalCdf(sum / Math.sqrt(scale));
}

/** The |sum| that a mean of zero ever exceeds with probability at most α. */
export function normalMixtureBound({ variance, rho, alpha }: MixedBound): number {
  return Math.sqrt((variance + rho) * (Math.log1p(variance / rho) - 2 * Math.log(alpha)));
}

/** The sum that a mean of zero or less ever exceeds with probability at most α. */
export function normalMixtureBoundOneSided({ variance, rho, alpha }: MixedBound): number {
  return mixtureBound((sum) => logNormalMixtureOneSided({ sum, variance, rho }), { variance, alpha });
}
