import type { Cell, Row } from '../data/row.js';
import type { Prediction } from '../observation/prediction.js';
import type { ModelSignature } from '../registry/signature.js';
import { type Breach, measureText, shareText } from './check.js';
import type { Direction } from './model-tests.js';

type Answered = Pick<ModelSignature, 'classes' | 'task'> & { readonly positive: string | null };

/** The rows with the column moved; `null` where there is nothing to move. */
export function movedRow(row: Row, { column, add, set }: Direction): Row | null {
  const moved: Cell | undefined = set === undefined ? sum(row[column], add) : set;
  return moved === undefined || moved === row[column] ? null : { ...row, [column]: moved };
}

function sum(cell: Cell | undefined, add: number | undefined): number | undefined {
  return typeof cell === 'number' && add !== undefined ? cell + add : undefined;
}

/** Judges answers before and after the column was moved, row by row. */
export function directionBreach(
  direction: Direction,
  answers: { readonly before: readonly Prediction[]; readonly after: readonly Prediction[] },
  model: Answered,
): Breach | null {
  const { column, add, set, expect, tolerance, max } = direction;
  const of = direction.of ?? model.positive ?? model.classes.at(-1) ?? null;
  const what = model.task === 'regression' ? 'value' : `probability of ${of}`;
  const move = set === undefined ? `${column} raised by ${add}` : `${column} set to ${set}`;
  const expected = `with ${move} a ${what} that is ${expect === 'notHigher' ? 'not higher' : 'not lower'} in all but ${max} % of the rows`;
  const { before, after } = answers;
  if (before.length === 0) return { expected, found: 'no row in which it can be moved' };
  const index = of === null ? -1 : model.classes.indexOf(of);
  if (model.task !== 'regression' && index < 0)
    return { expected, found: `no such class; there are ${model.classes.join(', ')}` };
  const score = ({ value, probabilities }: Prediction | { value: null; probabilities: null }) =>
    value ?? probabilities?.[index] ?? Number.NaN;
  const sign = expect === 'notHigher' ? 1 : -1;
  const wrong = before
    .map((one, row) => sign * (score(after[row] ?? { value: null, probabilities: null }) - score(one)))
    .filter((change) => !(change <= tolerance));
  const share = wrong.length / before.length;
  if (share * 100 <= max) return null;
  const worst = Math.max(...wrong);
  return {
    expected,
    found: `the contrary in ${wrong.length} of ${before.length} (${shareText(share)}), by up to ${measureText(worst)}`,
  };
}
