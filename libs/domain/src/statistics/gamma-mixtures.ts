import { bestRhoOneSided } from './normal-mixture.js';
import { gammaP, gammaQ, lnGamma } from './special.js';

/*
 * Mixtures for sums with heavier tails than a normal one: Howard, Ramdas, McAuliffe and Sekhon (2021), propositions 9
 * (sub-exponential) and 10 (sub-Poisson). Both are one-sided; their bounds come from `mixtureBound`.
 */

/** Where the mixture is tightest, and the scale of a single observation's upper tail. */
export interface GammaTuning {
  /** Variance at which the bound should be tightest, at the level `alpha`. */
  readonly bestAt: number;
  readonly alpha: number;
  /** Scale parameter c of the sub-exponential or sub-Poisson bound, above 0. */
  readonly scale: number;
}

interface Seen {
  readonly sum: number;
  readonly variance: number;
}

/** Logarithm of the gamma-exponential mixture. */
export function logGammaExponentialMixture({ sum, variance }: Seen, tuning: GammaTuning): number {
  const squared = tuning.scale ** 2;
  const prior = bestRhoOneSided(tuning.bestAt, tuning.alpha) / squared;
  const shape = variance / squared + prior;
  const shift = (tuning.scale * sum + variance) / squared;
  return (
    constantOf(prior, gammaP(prior, prior)) +
    lnGamma(shape) +
    Math.log(gammaP(shape, shift + prior)) -
    shape * Math.log(shift + prior) +
    shift
  );
}

/** Logarithm of the gamma-Poisson mixture. */
export function logGammaPoissonMixture({ sum, variance }: Seen, tuning: GammaTuning): number {
  const squared = tuning.scale ** 2;
  const prior = bestRhoOneSided(tuning.bestAt, tuning.alpha) / squared;
  const rate = variance / squared + prior;
  const shape = sum / tuning.scale + rate;
  return (
    constantOf(prior, gammaQ(prior, prior)) +
    lnGamma(shape) +
    Math.log(gammaQ(shape, rate)) -
    shape * Math.log(rate) +
    variance / squared
  );
}

function constantOf(prior: number, kept: number): number {
  return prior * Math.log(prior) - lnGamma(prior) - Math.log(kept);
}
