import type { SequenceTuning } from './bernoulli-sequence.js';
import { logBetaBinomialMixture } from './beta-binomial-mixture.js';
import { minimiser } from './roots.js';

/** Observations counted at ordered positions: `atMost[i]` of all `n` lie at position i or before. */
export interface CumulativeCounts {
  readonly n: number;
  readonly atMost: readonly number[];
}

export interface QuantileComparison {
  /** Which quantile, 0 to 1. */
  readonly quantile: number;
  readonly champion: CumulativeCounts;
  readonly challenger: CumulativeCounts;
  /** The last position at which the challenger's quantile may lie when the champion's lies at this one; identity for none. */
  readonly allowed?: (position: number) => number;
}

/**
 * Always-valid p of "the challenger's quantile lies at most where the champion's allows": small means it lies beyond. Howard
 * and Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm identification", Bernoulli 28
 * (2022), section 6: the product of the arms' beta-binomial mixtures, at the pair of allowed quantiles where it is least.
 * Within a position the quantile may lie anywhere, so counts of a histogram give a valid answer, if a wider one.
 */
export function quantileExcessP(comparison: QuantileComparison, tuning: SequenceTuning): number {
  const { quantile, champion, challenger, allowed = identity } = comparison;
  if (champion.n === 0 || challenger.n === 0) return 1;
  const [base, other] = [evidenceBy(quantile, champion, tuning), evidenceBy(quantile, challenger, tuning)];
  let least = Number.POSITIVE_INFINITY;
  for (let position = base.start; position <= other.start; position += 1) {
    const beside = allowed(position);
    if (beside >= other.start) return Math.min(1, Math.exp(-Math.min(least, base.at(position))));
    least = Math.min(least, base.at(position) + other.at(beside));
  }
  return least === Number.POSITIVE_INFINITY ? 1 : Math.min(1, Math.exp(-least));
}

/** Always-valid p of "both quantiles are equal". */
export function quantileDifferenceP(comparison: QuantileComparison, tuning: SequenceTuning): number {
  const { quantile, champion, challenger } = comparison;
  const swapped = { quantile, champion: challenger, challenger: champion };
  return Math.min(quantileExcessP(comparison, tuning), quantileExcessP(swapped, tuning));
}

interface Evidence {
  /** Position at which the arm's own quantile lies: there is no evidence against it. */
  readonly start: number;
  /** Logarithm of the evidence that the arm's quantile does not lie at this position. */
  readonly at: (position: number) => number;
}

function evidenceBy(quantile: number, { n, atMost }: CumulativeCounts, tuning: SequenceTuning): Evidence {
  const variance = quantile * (1 - quantile);
  const shape = {
    below: quantile,
    above: 1 - quantile,
    bestAt: variance * tuning.bestAt,
    alpha: tuning.alpha,
    sides: 2,
  };
  const ofShare = (share: number) =>
    logBetaBinomialMixture({ sum: (share - quantile) * n, variance: variance * n }, { ...shape, sides: 2 });
  const calmest = minimiser(ofShare, { low: 0, high: 1 });
  const start = atMost.findIndex((count) => count >= calmest * n);
  const at = (position: number) => {
    const [before, upTo] = [(atMost[position - 1] ?? 0) / n, (atMost[position] ?? n) / n];
    return ofShare(Math.min(upTo, Math.max(before, calmest)));
  };
  return { start: start === -1 ? atMost.length - 1 : start, at };
}

function identity(position: number): number {
  return position;
}
