import type { Duration } from '../duration.js';
import type { Percent } from '../ids.js';

/** How traffic goes back: at once, or in steps of `stepSize` percent with `interval` between them. */
export type RollbackProfile =
  | { readonly profile: 'immediate' }
  | { readonly profile: 'gradual'; readonly stepSize: Percent; readonly interval: Duration };

/** The challenger's shares on the way back from `weight`, each above 0; the last step, to 0, is the undo itself. */
export function retreatWeights(weight: Percent, profile: RollbackProfile): readonly Percent[] {
  if (profile.profile === 'immediate') return [];
  const count = Math.max(0, Math.ceil(weight / profile.stepSize) - 1);
  return Array.from({ length: count }, (_, index) => weight - (index + 1) * profile.stepSize);
}
