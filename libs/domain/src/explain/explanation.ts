import { coalitionsAlong, type ExplainPlan } from './plan.js';

/** Why a model said what it said about one row. For each output: base value + sum of attributions = prediction. */
export interface Explanation {
  readonly features: readonly string[];
  /** [output]: mean prediction over the background. */
  readonly baseValues: readonly number[];
  /** [output]: prediction for the row itself. */
  readonly predictions: readonly number[];
  /** [feature][output]: estimated Shapley value, in units of the output. */
  readonly attributions: readonly (readonly number[])[];
  /**
   * [feature][output]: standard error over the pairs of orders, `null` with one pair. It says how far the value is from
   * the one over all orders for this background, not what another background would give.
   */
  readonly standardErrors: readonly (readonly number[])[] | null;
}

/** What the rows of a plan came to. */
export interface EvaluatedPlan {
  readonly plan: ExplainPlan;
  /** [output]: prediction for the explained row. */
  readonly predictions: readonly number[];
  /**
   * [coalition][output]: mean over the background of prediction minus `predictions`. Differences, not means: where a
   * feature changes no prediction, they are equal to the last bit, and its attribution is exactly zero.
   */
  readonly differences: readonly (readonly number[])[];
}

/** Attributions are gains along the orders, averaged over each order and its reverse, then over the pairs. */
export function explanationOf({ plan, predictions, differences }: EvaluatedPlan): Explanation {
  const { coalitions, features, orders } = plan;
  const nothing = predictions.map(() => 0);
  const worth = new Map(coalitions.map((coalition, index) => [coalition, differences[index] ?? nothing]));
  worth.set('1'.repeat(features.length), nothing);
  const pairs = orders.map((order) => [gainsAlong(order, worth), gainsAlong(order.toReversed(), worth)] as const);
  const over = (statistic: (values: readonly number[]) => number) =>
    features.map((_, feature) =>
      predictions.map((_, output) => statistic(pairs.map((pair) => gainOf(pair, feature, output)))),
    );
  return {
    features,
    baseValues: predictions.map((prediction, output) => prediction + (differences[0]?.[output] ?? 0)),
    predictions,
    attributions: over(mean),
    standardErrors: orders.length < 2 ? null : over(standardError),
  };
}

type Gains = ReadonlyMap<number, readonly number[]>;

/** By feature: what each output gains at the step of the order that takes the feature. */
function gainsAlong(order: readonly number[], worth: ReadonlyMap<string, readonly number[]>): Gains {
  const values = coalitionsAlong(order).map((coalition) => worth.get(coalition) ?? []);
  return new Map(
    order.map((feature, step) => {
      const before = values[step] ?? [];
      const after = values[step + 1] ?? [];
      return [feature, after.map((value, output) => value - (before[output] ?? 0))];
    }),
  );
}

function gainOf([forwards, backwards]: readonly [Gains, Gains], feature: number, output: number): number {
  return ((forwards.get(feature)?.[output] ?? 0) + (backwards.get(feature)?.[output] ?? 0)) / 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
