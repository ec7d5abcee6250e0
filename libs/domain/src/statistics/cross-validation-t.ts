import { studentTTwoSided } from './distributions.js';
import type { ZTest } from './two-proportions.js';

/** Score of the one model less that of the other, on both halves of one split. */
export type HalfDifferences = readonly [number, number];

/**
 * Dietterich's 5×2cv t (1998): two models trained on each half of five random splits and scored on the other half.
 * Folds share rows, so a plain t-test of fold means claims far too much; this has 5 degrees of freedom. Error:
 * `RangeError` for another number of splits. `null` when the differences have no spread.
 */
export function fiveByTwoT(splits: readonly HalfDifferences[]): ZTest | null {
  if (splits.length !== 5) throw new RangeError(`5x2cv needs five splits, not ${splits.length}`);
  const variance = splits.reduce((sum, [a, b]) => sum + (a - b) ** 2 / 2, 0) / 5;
  const first = splits[0]?.[0] ?? 0;
  if (!(variance > 0)) return null;
  const statistic = first / Math.sqrt(variance);
  return { statistic, pValue: studentTTwoSided(statistic, 5) };
}
