import { refuse } from '../values/refuse.js';

/** Rows of one request. */
export const maximumRows = 16;
/** Evaluations of the model for one request: seconds for a small model. */
const maximumEvaluations = 1_000_000;
const maximumPermutations = 1_000;
/** What `PermutationExplainer` of the Python package `shap` takes by default. */
const defaultPermutations = 10;

/** How a prediction is explained. */
export interface ExplainSettings {
  /** Pairs of a random order of the columns and its reverse. */
  readonly permutations: number;
  readonly seed: number;
}

/** Settings from the parameters of a request. Errors: `InvalidInput`. */
export function explainSettings(parameters: { readonly [name: string]: unknown }): ExplainSettings {
  const unknown = Object.keys(parameters).find((name) => name !== 'permutations' && name !== 'seed');
  if (unknown !== undefined)
    refuse(`parameters has ${JSON.stringify(unknown.slice(0, 60))}; there are permutations and seed.`);
  const { permutations = defaultPermutations, seed = 0 } = parameters;
  if (!isWhole(permutations, maximumPermutations) || permutations < 1) {
    return refuse(`parameters.permutations must be a whole number from 1 to ${maximumPermutations}.`);
  }
  if (!isWhole(seed, 0xffff_ffff)) return refuse('parameters.seed must be a whole number from 0 to 4294967295.');
  return { permutations, seed };
}

function isWhole(value: unknown, largest: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= largest;
}

/** Refuses what would take too long, before anything is planned. Errors: `InvalidInput`. */
export function checkWork(work: {
  readonly rows: number;
  readonly background: number;
  readonly features: number;
  readonly permutations: number;
}): void {
  const { rows, background, features, permutations } = work;
  // Sets of columns that are evaluated: a new one at each step of an order, and no more than there are.
  const sets = Math.min(1 + 2 * permutations * (features - 1), 2 ** features - 1);
  const evaluations = rows * (1 + background * sets);
  if (evaluations <= maximumEvaluations) return;
  refuse(
    `${rows} rows of ${features} columns with ${permutations} permutations take up to ${evaluations} evaluations; ${maximumEvaluations} are allowed: send fewer rows or permutations.`,
  );
}
