import { LaurelError } from '@laurel/contracts';
import { type ModelSignature, type OutputRole, type Prediction, predictionOf, type Tensor } from '@laurel/domain';
import { isFloat } from './cells.js';

/** Rounding may carry a probability this far outside 0..1 before it counts as wrong. */
const probabilityTolerance = 1e-5;

type Numbers = ArrayLike<number | bigint>;

function invalid(output: string, what: string): never {
  throw new LaurelError('ModelOutputInvalid', `The model's output ${output} ${what}.`);
}

/**
 * Refuses what must not be answered. Errors: `ModelOutputInvalid` for NaN and infinity, and, where a signature says what
 * the outputs mean, for a missing output, a wrong shape, a probability outside 0..1 and an unknown class.
 */
export function checkOutputs(outputs: readonly Tensor[], rows: number, signature: ModelSignature | null): void {
  for (const output of outputs) checkFinite(output);
  if (signature === null) return;
  for (const { name, role } of signature.outputs) {
    const output = outputs.find((candidate) => candidate.name === name) ?? invalid(name, 'is missing');
    const width = widthOf(output, rows);
    if (role === 'probabilities') checkProbabilities(output, width, signature.classes);
    else if (width !== 1) invalid(name, `gives more than one ${role} a row`);
    if (role === 'label') checkLabels(output, signature.classes);
  }
}

function checkFinite({ name, datatype, data }: Tensor): void {
  if (!isFloat(datatype)) return;
  const numbers = data as Float64Array;
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index] as number;
    if (value - value !== 0) invalid(name, `gives ${value} at ${index}`);
  }
}

/** Cells per row; the first dimension must be the rows and the data as long as the shape says. */
function widthOf({ name, shape, data }: Tensor, rows: number): number {
  const width = shape.slice(1).reduce((product, dim) => product * dim, 1);
  if (shape[0] === rows && data.length === rows * width) return width;
  return invalid(name, `has shape [${shape.join(', ')}] for ${rows} rows`);
}

function checkProbabilities({ name, data }: Tensor, width: number, classes: readonly string[]): void {
  if (width !== classes.length && !(width === 1 && classes.length === 2)) {
    invalid(name, `has ${width} columns for ${classes.length} classes`);
  }
  const shares = data as Numbers;
  for (let index = 0; index < shares.length; index++) {
    const share = Number(shares[index]);
    if (share < -probabilityTolerance || share > 1 + probabilityTolerance)
      invalid(name, `gives the probability ${share}`);
  }
}

function checkLabels(output: Tensor, classes: readonly string[]): void {
  for (let row = 0; row < output.data.length; row++) {
    if (!classes.includes(labelAt(output, row, classes) ?? '')) {
      invalid(output.name, `gives the label ${String(output.data[row])}, which is no class of the model`);
    }
  }
}

function labelAt({ datatype, data }: Tensor, row: number, classes: readonly string[]): string | undefined {
  return datatype === 'BYTES' ? (data as readonly string[])[row] : classes[Number(data[row])];
}

/** Checked outputs by their roles, one prediction per row. A label that is not given is the most probable class. */
export function decodeOutputs(
  outputs: readonly Tensor[],
  rows: number,
  signature: ModelSignature,
): readonly Prediction[] {
  const probabilities = outputOf(outputs, signature, 'probabilities');
  const labels = outputOf(outputs, signature, 'label');
  const values = outputOf(outputs, signature, 'value');
  return Array.from({ length: rows }, (_, row) =>
    predictionOf(
      {
        label: labels?.data[row] ?? null,
        shares: probabilities === undefined ? null : sharesAt(probabilities, row),
        value: values === undefined ? null : Number(values.data[row]),
      },
      signature.classes,
    ),
  );
}

function outputOf(
  outputs: readonly Tensor[],
  { outputs: declared }: ModelSignature,
  role: OutputRole,
): Tensor | undefined {
  const name = declared.find((candidate) => candidate.role === role)?.name;
  return outputs.find((output) => output.name === name);
}

function sharesAt({ shape, data }: Tensor, row: number): readonly number[] {
  const width = shape[1] ?? 1;
  return Array.from({ length: width }, (_, column) => Number((data as Numbers)[row * width + column]));
}
