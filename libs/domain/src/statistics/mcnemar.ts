import { binomialCdf, chiSquareSf } from './distributions.js';

/** At fewer discordant pairs than this the chi-square approximation is not used. */
export const exactBelow = 25;

export interface McNemar {
  readonly form: 'exact' | 'chiSquare';
  /** The smaller discordant count (exact), or the continuity-corrected chi-square. */
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * McNemar's test on the same items: `championOnly` is how many only the champion got right, `challengerOnly` how many
 * only the challenger did. Exact below 25 discordant pairs, else chi-square with Edwards' correction.
 */
export function mcnemar(pairs: { readonly championOnly: number; readonly challengerOnly: number }): McNemar {
  const { championOnly, challengerOnly } = pairs;
  const discordant = championOnly + challengerOnly;
  if (discordant < exactBelow) {
    return { form: 'exact', statistic: Math.min(championOnly, challengerOnly), pValue: mcnemarExactP(pairs) };
  }
  const statistic = (Math.abs(championOnly - challengerOnly) - 1) ** 2 / discordant;
  return { form: 'chiSquare', statistic, pValue: chiSquareSf(statistic, 1) };
}

/** Exact two-sided p, capped at 1 (equal counts would give more). */
export function mcnemarExactP(pairs: { readonly championOnly: number; readonly challengerOnly: number }): number {
  const { championOnly, challengerOnly } = pairs;
  const discordant = championOnly + challengerOnly;
  if (discordant === 0) return 1;
  return Math.min(1, 2 * binomialCdf(Math.min(championOnly, challengerOnly), discordant, 0.5));
}
