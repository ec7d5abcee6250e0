import type { Row } from '../data/row.js';
import type { Prediction } from '../observation/prediction.js';
import { type Breach, measureText, shareText } from './check.js';
import type { ModelTest } from './model-tests.js';

type Invariance = Extract<ModelTest, { readonly invariance: unknown }>['invariance'];

/** The rows once for every value of the column. */
export function variedRows(rows: readonly Row[], { column, values }: Invariance): readonly (readonly Row[])[] {
  return values.map((value) => rows.map((row) => ({ ...row, [column]: value })));
}

/** Labels stay what they are, and so do values of a regression, whatever the column holds. `answers`: a list per value. */
export function invarianceBreach(
  { column, values, max }: Invariance,
  answers: readonly (readonly Prediction[])[],
): Breach | null {
  const [first = [], ...others] = answers;
  const expected = `the same answer whether ${column} is ${values.join(' or ')}, in all but ${max} % of the rows`;
  if (first.length === 0) return { expected, found: 'no rows to ask with' };
  const changed = first.filter((one, row) => others.some((list) => isOther(one, list[row]))).length;
  const share = changed / first.length;
  if (share * 100 <= max) return null;
  const moves = first.map((one, row) => Math.max(...others.map((list) => moveOf(one, list[row]))));
  return {
    expected,
    found: `another one in ${changed} of ${first.length} (${shareText(share)}), moved by up to ${measureText(Math.max(...moves))}`,
  };
}

/** Values of a regression are computed in 32 bits: they differ when they do by more than that. */
function isOther(one: Prediction, other: Prediction | undefined): boolean {
  if (one.label !== null) return one.label !== other?.label;
  return moveOf(one, other) > 1e-6 * Math.max(1, Math.abs(one.value ?? 0));
}

function moveOf(one: Prediction, other: Prediction | undefined): number {
  if (one.value !== null) return Math.abs(one.value - (other?.value ?? Number.POSITIVE_INFINITY));
  const shares = one.probabilities?.map((share, index) => Math.abs(share - (other?.probabilities?.[index] ?? 0)));
  return Math.max(0, ...(shares ?? []));
}
