import { atStart, chanceAbove, type Survivors, surviving } from './random-walk.js';
import { bisect } from './roots.js';
import { type Spending, spentBy } from './spending.js';

/** One side looks for effects in one direction; two sides reject beyond the boundary in either. */
export interface Sided {
  /** Level over all looks and sides together. */
  readonly alpha: number;
  readonly sides: 1 | 2;
}

export interface ClassicalPlan extends Sided {
  /** Number of equally spaced looks. */
  readonly looks: number;
  /** Pocock (1977): the same boundary at every look. O'Brien and Fleming (1979): final boundary · √(looks / look). */
  readonly shape: 'pocock' | 'obrienFleming';
}

/**
 * Boundaries in standard deviations, one per look, that a walk without drift ever crosses with probability `alpha`. Errors:
 * `RangeError` for less than one look.
 */
export function classicalBoundaries(plan: ClassicalPlan): readonly number[] {
  if (!(plan.looks >= 1)) throw new RangeError('a plan needs at least one look');
  const fractions = Array.from({ length: plan.looks }, (_, index) => (index + 1) / plan.looks);
  const boundaries = (final: number) =>
    fractions.map((fraction) => (plan.shape === 'pocock' ? final : final / Math.sqrt(fraction)));
  const missed = (final: number) => crossingChance({ fractions, boundaries: boundaries(final), sides: plan.sides });
  return boundaries(bisect((final) => plan.alpha - missed(final), { low: 0, high: highest, steps: precise }));
}

/** Probability that a walk without drift crosses a boundary at any of the looks. */
export function crossingChance(looked: {
  readonly fractions: readonly number[];
  readonly boundaries: readonly number[];
  readonly sides: 1 | 2;
}): number {
  let survivors = atStart;
  let crossed = 0;
  looked.fractions.forEach((fraction, index) => {
    const boundary = looked.boundaries[index] ?? highest;
    crossed += looked.sides * chanceAbove(survivors, fraction, boundary);
    survivors = surviving(survivors, fraction, corridorOf(boundary, looked.sides));
  });
  return crossed;
}

export interface SpendingPlan extends Sided {
  readonly spending: Spending;
  /** Information fractions of the looks taken so far, growing; at 1 everything left is spent. */
  readonly fractions: readonly number[];
}

/**
 * Boundaries in standard deviations at the looks that were taken, however they are spaced: Lan and DeMets (1983). The level
 * holds because a look spends only what its information has earned. Errors: `RangeError` unless the fractions grow.
 */
export function spendingBoundaries(plan: SpendingPlan): readonly number[] {
  let stage = beforeLooks;
  return plan.fractions.map((fraction, index) => {
    if (!(fraction > stage.survivors.time)) throw new RangeError(`information must grow, it went to ${fraction}`);
    stage = remembered(keyOf(plan, index), () => nextStage(stage, fraction, plan));
    return stage.boundary;
  });
}

/** A plan after a look. */
interface Stage {
  readonly boundary: number;
  readonly spent: number;
  readonly survivors: Survivors;
}

const beforeLooks: Stage = { boundary: Number.POSITIVE_INFINITY, spent: 0, survivors: atStart };

function nextStage({ survivors, spent }: Stage, fraction: number, { alpha, sides, spending }: SpendingPlan): Stage {
  const boundary = boundaryFor(survivors, fraction, spentBy(spending, fraction, alpha / sides) - spent);
  return {
    boundary,
    spent: spent + chanceAbove(survivors, fraction, boundary),
    survivors: surviving(survivors, fraction, corridorOf(boundary, sides)),
  };
}

/** Stages are dear and asked for again at every look that follows. */
const stages = new Map<string, Stage>();
const mostStages = 500;

function remembered(key: string, compute: () => Stage): Stage {
  const known = stages.get(key);
  if (known !== undefined) return known;
  const stage = compute();
  const [oldest] = stages.keys();
  if (stages.size >= mostStages && oldest !== undefined) stages.delete(oldest);
  stages.set(key, stage);
  return stage;
}

function keyOf({ alpha, sides, spending, fractions }: SpendingPlan, index: number): string {
  return JSON.stringify([alpha, sides, spending, fractions.slice(0, index + 1)]);
}

/** Halvings after which a boundary is known to 1e-9. */
const precise = 34;

/** No boundary is higher: less than 1e-15 is spent there. */
const highest = 8;

function boundaryFor(survivors: Survivors, fraction: number, chance: number): number {
  if (chanceAbove(survivors, fraction, highest) >= chance) return highest;
  return bisect((z) => chance - chanceAbove(survivors, fraction, z), { low: -highest, high: highest, steps: precise });
}

function corridorOf(boundary: number, sides: 1 | 2) {
  return { lower: sides === 2 ? -boundary : Number.NEGATIVE_INFINITY, upper: boundary };
}
