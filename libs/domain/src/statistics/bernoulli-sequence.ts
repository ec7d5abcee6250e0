import { logBetaBinomialMixture } from './beta-binomial-mixture.js';
import type { Interval, Proportion } from './intervals.js';
import { bisect, minimiser } from './roots.js';

/** For which number of observations, and at which level, a sequence is tightest. It is valid for every other too. */
export interface SequenceTuning {
  readonly bestAt: number;
  readonly alpha: number;
}

/**
 * Logarithm of the evidence that a Bernoulli variable does not have mean `p`, 0 < p < 1: the two-sided beta-binomial mixture.
 * The chance that it ever exceeds ln(1/α) is at most α for any sample size, with no approximation, so it holds at zero events.
 */
export function logBernoulliEvidence(seen: Proportion, p: number, tuning: SequenceTuning): number {
  const variance = p * (1 - p);
  return logBetaBinomialMixture(
    { sum: seen.successes - p * seen.n, variance: variance * seen.n },
    { below: p, above: 1 - p, bestAt: variance * tuning.bestAt, alpha: tuning.alpha, sides: 2 },
  );
}

/**
 * Always-valid interval of a proportion at level `alpha`: covers it at every look at once with probability 1 − α. Howard et
 * al. (2021), as `bernoulli_confidence_interval` of their package confseq, tuned at level 0.05.
 */
export function bernoulliSequence(seen: Proportion, alpha: number, bestAt: number): Interval {
  const { successes, n } = seen;
  if (n === 0) return { low: 0, high: 1 };
  const p = successes / n;
  const excess = (mean: number) => logBernoulliEvidence(seen, mean, { bestAt, alpha: tunedAlpha }) + Math.log(alpha);
  return {
    low: p === 0 ? 0 : bisect(excess, { low: 0, high: p, rising: false }),
    high: p === 1 ? 1 : bisect(excess, { low: p, high: 1 }),
  };
}

const tunedAlpha = 0.05;

/** Two arms and how much `challenger`'s share may exceed `champion`'s. */
export interface TwoShares {
  readonly champion: Proportion;
  readonly challenger: Proportion;
  readonly margin: number;
}

/**
 * Always-valid p of "the challenger's share exceeds the champion's by at most `margin`": small means harm. The arms'
 * evidences are multiplied, and the least product over all pairs of means that the statement allows is what counts, so it is
 * valid whatever the champion's share is. Howard and Ramdas, "Sequential estimation of quantiles with applications to A/B
 * testing and best-arm identification", Bernoulli 28 (2022), section 6, for means in place of quantiles.
 */
export function sharesExcessP({ champion, challenger, margin }: TwoShares, tuning: SequenceTuning): number {
  const [from, to] = [champion.successes / champion.n, challenger.successes / challenger.n - margin];
  if (!(to > from)) return 1;
  const evidence = (p: number) => evidenceAt(champion, p, tuning) + evidenceAt(challenger, p + margin, tuning);
  const least = minimiser(evidence, { low: Math.max(0, from), high: Math.min(to, 1 - margin) });
  return Math.min(1, Math.exp(-evidence(least)));
}

/**
 * Always-valid p of "the share is at most `limit`": small means it is above. An observed share at or below the limit is no
 * evidence.
 */
export function shareExcessP(seen: Proportion, limit: number, tuning: SequenceTuning): number {
  if (!(seen.successes > limit * seen.n)) return 1;
  return Math.min(1, Math.exp(-evidenceAt(seen, limit, tuning)));
}

/** At the ends a mean is impossible as soon as one observation contradicts it, and says nothing until then. */
function evidenceAt(seen: Proportion, p: number, tuning: SequenceTuning): number {
  if (p <= 0) return seen.successes > 0 ? Number.POSITIVE_INFINITY : 0;
  if (p >= 1) return seen.successes < seen.n ? Number.POSITIVE_INFINITY : 0;
  return logBernoulliEvidence(seen, p, tuning);
}
