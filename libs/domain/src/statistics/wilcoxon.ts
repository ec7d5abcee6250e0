import { rankOf } from './ranks.js';
import { erfc } from './special.js';

/** Up to this many pairs the distribution is counted out. */
const exactUpTo = 50;

export interface SignedRank {
  readonly form: 'exact' | 'normal';
  /** The smaller of the rank sums of positive and of negative differences. */
  readonly statistic: number;
  /** Two-sided, for differences symmetric about zero. */
  readonly pValue: number;
}

/**
 * Wilcoxon's signed-rank test on per-item differences. Zeros are left out (his own rule); equal sizes share their mean
 * rank. Up to 50 pairs p is exact, with ties too, by counting all sign patterns; above it is normal with the variance
 * corrected for ties, without continuity correction. `null` when all differences are zero.
 */
export function wilcoxonSignedRank(differences: readonly number[]): SignedRank | null {
  const kept = differences.filter((difference) => difference !== 0);
  if (kept.length === 0) return null;
  const { ranks, tieTerm } = rankOf(kept.map(Math.abs));
  const positive = ranks.reduce((sum, rank, index) => sum + ((kept[index] ?? 0) > 0 ? rank : 0), 0);
  const n = kept.length;
  const statistic = Math.min(positive, (n * (n + 1)) / 2 - positive);
  if (n <= exactUpTo) return { form: 'exact', statistic, pValue: Math.min(1, 2 * lowerTail(ranks, statistic)) };
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const z = (statistic - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { form: 'normal', statistic, pValue: erfc(Math.abs(z) / Math.SQRT2) };
}

/** P(rank sum ≤ `statistic`) when each rank is positive with probability ½; ranks are doubled, so that halves count. */
function lowerTail(ranks: readonly number[], statistic: number): number {
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  let reach = 0;
  for (const rank of doubled) {
    reach += rank;
    for (let sum = reach; sum >= 0; sum -= 1) {
      chances[sum] = ((chances[sum] ?? 0) + (sum >= rank ? (chances[sum - rank] ?? 0) : 0)) / 2;
    }
  }
  return chances.subarray(0, Math.round(2 * statistic) + 1).reduce((sum, chance) => sum + chance, 0);
}
