import type { Row } from '../data/row.js';
import { type RandomStream, randomFrom } from '../statistics/random.js';

export interface ExplainInput {
  /** The row whose prediction is explained. */
  readonly row: Row;
  /** Rows that stand for "this column is not known"; a sample of 50 to 200 training rows is usual. */
  readonly background: readonly Row[];
  /** Columns to explain: the model's inputs. Other columns of the rows are left out. */
  readonly features: readonly string[];
  /** Pairs of a random order of the features and its reverse; standard errors need two, 10 is the default of `shap`. */
  readonly permutations: number;
  readonly seed: number;
}

/** What to evaluate for one explanation. Plain data; the same input gives the same plan on every machine. */
export interface ExplainPlan {
  readonly row: Row;
  readonly background: readonly Row[];
  readonly features: readonly string[];
  /** Orders of feature indices; each counts forwards and backwards. */
  readonly orders: readonly (readonly number[])[];
  /**
   * Sets of features taken from `row` while the others come from the background, each once: one character per feature,
   * `1` for taken. The first is the empty set; the full set is not among them, it is `row` itself.
   */
  readonly coalitions: readonly string[];
  /** Rows to evaluate: `row`, then every coalition with every background row. */
  readonly rowCount: number;
}

/**
 * Plans permutation SHAP of one row, as PermutationExplainer of the Python package `shap` does it: features are switched
 * from background to row one after the other in a random order, then in the reverse order (antithetic sampling, Mitchell
 * et al. 2022), which is exact already with one order for functions with pairwise interactions only. At most
 * 1 + background × (1 + 2 × permutations × (features − 1)) rows, fewer where orders share coalitions.
 * Throws `RangeError` for no features, a feature twice, no background or fewer than one permutation.
 */
export function planExplanation({ row, background, features, permutations, seed }: ExplainInput): ExplainPlan {
  requireExplainable({ background, features, permutations });
  const random = randomFrom(seed);
  const orders = Array.from({ length: permutations }, () => randomOrder(features.length, random));
  const coalitions = new Set(
    orders.flatMap((order) => [...coalitionsAlong(order), ...coalitionsAlong(order.toReversed())]),
  );
  coalitions.delete('1'.repeat(features.length));
  return {
    row,
    background,
    features,
    orders,
    coalitions: [...coalitions],
    rowCount: 1 + coalitions.size * background.length,
  };
}

/** The growing sets of features along an order, from the empty set to the full one: one more than it has features. */
export function coalitionsAlong(order: readonly number[]): readonly string[] {
  const taken = order.map(() => '0');
  const coalitions = [taken.join('')];
  for (const feature of order) {
    taken[feature] = '1';
    coalitions.push(taken.join(''));
  }
  return coalitions;
}

/** Fisher and Yates. */
function randomOrder(length: number, random: RandomStream): readonly number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const other = random.nextInt(last + 1);
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}

function requireExplainable({
  background,
  features,
  permutations,
}: Pick<ExplainInput, 'background' | 'features' | 'permutations'>): void {
  if (features.length === 0) throw new RangeError('an explanation needs at least one feature');
  const twice = features.find((feature, index) => features.indexOf(feature) !== index);
  if (twice !== undefined) throw new RangeError(`feature ${twice} is named twice; name every column once`);
  if (background.length === 0) throw new RangeError('an explanation needs at least one background row');
  if (Number.isSafeInteger(permutations) && permutations >= 1) return;
  throw new RangeError(`the number of permutations must be a whole number from 1, it is ${permutations}`);
}
