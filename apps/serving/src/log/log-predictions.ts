import { type OutputRole, type Prediction, predictionOf } from '@laurel/domain';
import { cellOf } from './log-fields.js';
import type { RecordContext } from './segment-format.js';
import type { ReadTensor } from './segment-reader.js';

/** What the outputs of a row say by their roles. */
export function predictionAt(
  tensors: readonly ReadTensor[],
  { roles, classes }: NonNullable<RecordContext['meaning']>,
  { row, rows }: { readonly row: number; readonly rows: number },
): Prediction {
  const said = (role: OutputRole) => {
    const tensor = tensors.find(({ name }) => roles[name] === role);
    return tensor === undefined ? null : cellOf(tensor, row, rows);
  };
  const shares = said('probabilities');
  const label = said('label');
  const value = said('value');
  return predictionOf(
    {
      label: typeof label === 'string' || typeof label === 'number' || typeof label === 'bigint' ? label : null,
      shares: shares === null ? null : (Array.isArray(shares) ? shares : [shares]).map(Number),
      value: value === null ? null : Number(value),
    },
    classes,
  );
}
