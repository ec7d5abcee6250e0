import { logNormalMixture } from './normal-mixture.js';

/** A difference of two means (or proportions) after `n` observations in each arm. */
export interface EqualArms {
  readonly n: number;
  readonly difference: number;
  /** Sum of both arms' variances: p(1 − p) for a proportion. */
  readonly variance: number;
}

/**
 * Logarithm of the mixture sequential probability ratio: Johari, Koomen, Pekelis and Walsh, "Always valid inference:
 * continuous monitoring of A/B tests", Operations Research 70 (2022), with a normal prior of variance `spread` on the
 * difference. It is the normal mixture with ρ = variance / spread. Minus infinity never; 0 before any observation.
 */
export function logMixtureRatio({ n, difference, variance }: EqualArms, spread: number): number {
  return logNormalMixture({
    sum: (n * difference) / Math.sqrt(variance),
    variance: n,
    rho: variance / spread,
  });
}

/** An always-valid p: the smallest of 1/mixture so far. `before` is the p of the look before, 1 at the first. */
export function alwaysValidP(logMixture: number, before = 1): number {
  return Math.min(before, 1, Math.exp(-logMixture));
}
