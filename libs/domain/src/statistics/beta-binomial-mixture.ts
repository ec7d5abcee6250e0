import { bestRho, bestRhoOneSided } from './normal-mixture.js';
import { betaI } from './special.js';
import { lnBeta } from './special-inverse.js';

/**
 * A sum of steps that lie between −`below` and `above`: for a Bernoulli variable of mean p, `below` is p and `above` is 1 − p.
 * `bestAt` and `alpha` say where the bound should be tightest.
 */
export interface BetaBinomialTuning {
  readonly below: number;
  readonly above: number;
  readonly bestAt: number;
  readonly alpha: number;
  readonly sides: 1 | 2;
}

/**
 * Logarithm of the beta-binomial mixture: Howard, Ramdas, McAuliffe and Sekhon (2021), propositions 7 and 8. `variance` is
 * `below` · `above` per step; `sum` is at most `variance` / `below`.
 */
export function logBetaBinomialMixture(
  seen: { readonly sum: number; readonly variance: number },
  tuning: BetaBinomialTuning,
): number {
  const { sum, variance } = seen;
  const { below, above, sides } = tuning;
  const range = below + above;
  const prior = priorOf(tuning);
  const kept = sides === 1 ? above / range : 1;
  const downs = (variance - below * sum) / (below * range);
  const ups = (variance + above * sum) / (above * range);
  const [priorDowns, priorUps] = [prior / (below * range), prior / (above * range)];
  return (
    (variance / (below * above)) * Math.log(range) -
    ups * Math.log(below) -
    downs * Math.log(above) +
    logBetaUpTo(kept, priorDowns + downs, priorUps + ups) -
    logBetaUpTo(kept, priorDowns, priorUps)
  );
}

function priorOf({ below, above, bestAt, alpha, sides }: BetaBinomialTuning): number {
  const rho = sides === 1 ? bestRhoOneSided(bestAt, alpha) : bestRho(bestAt, alpha);
  return Math.max(rho - below * above, 1e-3 * below * above);
}

/** Logarithm of the incomplete, not regularised, beta function. */
function logBetaUpTo(x: number, a: number, b: number): number {
  return lnBeta(a, b) + (x === 1 ? 0 : Math.log(betaI(x, a, b)));
}
