import { normalCdf } from './distributions.js';

/** Where a test stands, in standard deviations, on a fraction of its planned information. */
export interface Standing {
  readonly statistic: number;
  /** Information fraction, 0 to 1. */
  readonly fraction: number;
  /** What the statistic must reach with all information. */
  readonly critical: number;
}

/**
 * Conditional power: the chance that the statistic ends at `critical` or above, when from here on the effect is the one the
 * plan was made for, whose expected statistic with all information is `drift` (Lan, Simon and Halperin 1982; the normal form of
 * Jennison and Turnbull, "Group Sequential Methods", 2000, equation 10.2). Stopping for futility on it leaves the level as it
 * is: the boundaries are not loosened for it.
 */
export function conditionalPower({ statistic, fraction, critical }: Standing, drift: number): number {
  const reached = statistic * Math.sqrt(fraction);
  const left = 1 - fraction;
  if (!(left > 0)) return reached >= critical ? 1 : 0;
  return normalCdf((reached + drift * left - critical) / Math.sqrt(left));
}
