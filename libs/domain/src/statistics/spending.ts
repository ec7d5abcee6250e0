import { normalCdf, normalQuantile } from './distributions.js';

/**
 * How much of the error may be spent by a fraction of the information. `obrienFleming` and `pocock` imitate those boundaries
 * (Lan and DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983); `{ power: φ }` spends α·t^φ (Kim
 * and DeMets 1987).
 */
export type Spending = 'obrienFleming' | 'pocock' | { readonly power: number };

/** Error spent on one side by `fraction` of the information, of `alpha` in all; everything from 1 on. */
export function spentBy(spending: Spending, fraction: number, alpha: number): number {
  if (!(fraction > 0)) return 0;
  const t = Math.min(1, fraction);
  if (spending === 'obrienFleming') return 2 * normalCdf(normalQuantile(alpha / 2) / Math.sqrt(t));
  if (spending === 'pocock') return alpha * Math.log1p((Math.E - 1) * t);
  return alpha * t ** spending.power;
}
