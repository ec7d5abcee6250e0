import type { SplitCounts } from './sample-ratio.js';
import { lnGamma } from './special.js';

/**
 * Observations that the prior is worth: it expects shares this close to the intended ones, so that a mismatch of a few percent
 * shows within some thousands of observations. GrowthBook's is 10,000; a canary is smaller.
 */
export const ratioConcentration = 1_000;

/**
 * Logarithm of the evidence that one split does not give its intended shares: the Dirichlet-multinomial likelihood ratio of
 * Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022, with a Dirichlet prior around the
 * intended weights. Under the intended shares it ever exceeds ln(1/α) with probability at most α. An arm without weight that
 * was counted all the same is impossible.
 */
export function logSampleRatioEvidence({ counts, weights }: SplitCounts, concentration = ratioConcentration): number {
  if (counts.length !== weights.length) throw new RangeError('counts and weights must have the same length');
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const arms = counts.reduce((sum, count, index) => {
    const share = (weights[index] ?? 0) / whole;
    if (share === 0) return count > 0 ? Number.POSITIVE_INFINITY : sum;
    const prior = share * concentration;
    return sum + lnGamma(prior + count) - lnGamma(prior) - count * Math.log(share);
  }, 0);
  return arms + lnGamma(concentration) - lnGamma(concentration + total);
}

/**
 * Always-valid p of "every split of the ramp gave its intended shares". The evidences of the splits are multiplied; looks may
 * be taken at any time.
 */
export function sequentialSampleRatioP(steps: readonly SplitCounts[], concentration = ratioConcentration): number {
  const evidence = steps.reduce((sum, step) => sum + logSampleRatioEvidence(step, concentration), 0);
  return Math.min(1, Math.exp(-evidence));
}
