import { binomialCdf, chiSquareSf } from './distributions.js';

/** At fewer discordant pairs than this the chi-square approximation is not used. */
export const exactBelow = 25;

export interface McNemar {
  readonly form: 'exact' | 'chiSquare';
  /** The smaller discordant count (exact), or the continuity-corrected chi-square. */
  readonly statistic: number;
  readonly pValue: number;
}

/** Items on which the two models differ: how many only the one got right. */
interface Discordant {
  readonly championOnly: number;
  readonly challengerOnly: number;
}

/** McNemar's test on the same items. Exact below 25 discordant pairs, else chi-square with Edwards' correction. */
export function mcnemar(pairs: Discordant): McNemar {
  const { championOnly, challengerOnly } = pairs;
  const discordant = championOnly + challengerOnly;
  if (discordant < exactBelow) {
    return { form: 'exact', statistic: Math.min(championOnly, challengerOnly), pValue: mcnemarExactP(pairs) };
  }
  return mcnemarChiSquare(pairs, { corrected: true });
}

/**
 * McNemar's chi-square with one degree of freedom: (b − c)²/(b + c), `corrected` (|b − c| − 1)²/(b + c) as Edwards has
 * it. Without any discordant pair the statistic is 0.
 */
export function mcnemarChiSquare(
  { championOnly, challengerOnly }: Discordant,
  { corrected }: { readonly corrected: boolean },
): McNemar {
  const discordant = championOnly + challengerOnly;
  const distance = Math.abs(championOnly - challengerOnly);
  const statistic = discordant === 0 ? 0 : (corrected ? Math.max(0, distance - 1) : distance) ** 2 / discordant;
  return { form: 'chiSquare', statistic, pValue: chiSquareSf(statistic, 1) };
}

/** Exact two-sided p, capped at 1 (equal counts would give more). */
export function mcnemarExactP(pairs: Discordant): number {
  const { championOnly, challengerOnly } = pairs;
  const discordant = championOnly + challengerOnly;
  if (discordant === 0) return 1;
  return Math.min(1, 2 * binomialCdf(Math.min(championOnly, challengerOnly), discordant, 0.5));
}
