import { bucketCount, bucketOf } from './bucket.js';
import type { Arm, Split } from './split.js';

/**
 * The arm that answers a request. The challenger owns the low buckets, so a growing weight moves nobody between arms.
 * Without a key, `draw` (uniform in [0, 1)) decides. Throws `RangeError` for a split without arms.
 */
export function chooseArm(split: Pick<Split, 'arms' | 'salt'>, key: string | null, draw: number): Arm {
  const challenger = split.arms.find(({ role }) => role === 'challenger');
  const champion = split.arms.find(({ role }) => role === 'champion');
  if (challenger !== undefined) {
    if (champion === undefined) return challenger;
    const bucket = key === null ? draw * bucketCount : bucketOf({ salt: split.salt, key });
    if (bucket < challenger.weight * (bucketCount / 100)) return challenger;
  }
  if (champion === undefined) throw new RangeError('a split without arms routes nothing; see splitProblems');
  return champion;
}
