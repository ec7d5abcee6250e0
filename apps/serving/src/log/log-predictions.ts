import type { OutputRole, Prediction } from '@laurel/domain';
import { cellOf } from './log-fields.js';
import type { RecordContext } from './segment-format.js';
import type { ReadTensor } from './segment-reader.js';

/** What the outputs of a row say by their roles; a label that is not given is the most probable class. */
export function predictionAt(
  tensors: readonly ReadTensor[],
  { roles, classes }: NonNullable<RecordContext['meaning']>,
  { row, rows }: { readonly row: number; readonly rows: number },
): Prediction {
  const said = (role: OutputRole) => {
    const tensor = tensors.find(({ name }) => roles[name] === role);
    return tensor === undefined ? null : cellOf(tensor, row, rows);
  };
  const probabilities = sharesOf(said('probabilities'), classes.length);
  const value = said('value');
  return {
    label: labelOf(said('label'), classes) ?? mostProbable(probabilities, classes),
    probabilities,
    value: value === null ? null : Number(value),
  };
}

/** One share per class; a single share of two classes is that of the second. */
function sharesOf(cell: ReturnType<typeof cellOf>, classes: number): readonly number[] | null {
  if (cell === null) return null;
  const shares = (Array.isArray(cell) ? cell : [cell]).map((share) => Math.min(1, Math.max(0, Number(share))));
  const [only] = shares;
  return shares.length === 1 && classes === 2 && only !== undefined ? [1 - only, only] : shares;
}

function labelOf(cell: ReturnType<typeof cellOf>, classes: readonly string[]): string | null {
  if (cell === null || typeof cell === 'string') return cell;
  return classes[Number(cell)] ?? null;
}

function mostProbable(shares: readonly number[] | null, classes: readonly string[]): string | null {
  return shares === null ? null : (classes[shares.indexOf(Math.max(...shares))] ?? null);
}
