import { normalQuantile } from '../statistics/distributions.js';
import { conditionalPower } from '../statistics/futility.js';
import { spendingBoundaries } from '../statistics/group-sequential.js';
import type { PlannedLooks } from './evidence.js';
import type { MetricRisk } from './risk.js';

/** Below this chance to pass, if the plan's expectation holds from here on, going on is futile. */
export const futilePower = 0.01;

/** No look of the plan has been taken. */
export const noLooks: PlannedLooks = { fractions: [], statistic: null, boundary: null, ended: null };

/** Whether the information has passed the next point of the plan. Looks need not hit the points: they spend what is there. */
export function isDue({ fractions, ended }: PlannedLooks, information: number, looks: number): boolean {
  if (ended !== null) return false;
  const last = fractions.at(-1) ?? 0;
  return pointOf(information, looks) > pointOf(last, looks);
}

/**
 * Takes a look of a group-sequential plan: Lan and DeMets' spending like O'Brien and Fleming, at whatever information there is.
 * Beyond the boundary it is shown and stays so. Futility does not loosen the boundaries (non-binding).
 */
export function takeLook(
  before: PlannedLooks,
  seen: { readonly information: number; readonly statistic: number },
  { alpha, drift }: MetricRisk,
): PlannedLooks {
  const fraction = Math.min(1, seen.information);
  const fractions = [...before.fractions, fraction];
  const boundary = spendingBoundaries({ alpha, sides: 1, spending: 'obrienFleming', fractions }).at(-1) ?? Number.NaN;
  const { statistic } = seen;
  return {
    fractions,
    statistic,
    boundary,
    ended: endOf({ fraction, statistic, boundary, critical: normalQuantile(1 - alpha), drift }),
  };
}

interface Look {
  readonly fraction: number;
  readonly statistic: number;
  readonly boundary: number;
  readonly critical: number;
  readonly drift: number;
}

function endOf({ fraction, statistic, boundary, critical, drift }: Look): PlannedLooks['ended'] {
  if (statistic >= boundary) return 'shown';
  if (fraction >= 1) return 'missed';
  return conditionalPower({ statistic, fraction, critical }, drift) < futilePower ? 'futile' : null;
}

/** A look at 29.999999 % that was planned at 30 % is that look. */
function pointOf(information: number, looks: number): number {
  return Math.floor(Math.min(1, information) * looks + 1e-9);
}
