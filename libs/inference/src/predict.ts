import { LaurelError } from '@laurel/contracts';
import type { ModelSignature, OutputRole, Prediction, SignatureOutput } from '@laurel/domain';

/** An output tensor as plain data. */
export interface OutputColumn {
  readonly dims: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** Rounding may carry a probability this far outside 0..1 before it counts as wrong. */
const probabilityTolerance = 1e-5;

function invalid(output: string, what: string): LaurelError {
  return new LaurelError('ModelOutputInvalid', `The model's output ${output} ${what}.`);
}

/**
 * Reads the outputs of one run of `rows` rows by their roles. A label that is not given is the most probable class.
 * Errors: `ModelOutputInvalid` (NaN, infinity, a wrong shape, an unknown class).
 */
export function readPredictions(
  rows: number,
  signature: ModelSignature,
  outputs: { readonly [name: string]: OutputColumn },
): readonly Prediction[] {
  const probabilities = roleOf(signature, outputs, 'probabilities', (given) =>
    readProbabilities(given, rows, signature),
  );
  const labels = roleOf(signature, outputs, 'label', (given) => readLabels(given, rows, signature.classes));
  const values = roleOf(signature, outputs, 'value', (given) => readValues(given, rows));
  return Array.from({ length: rows }, (_, row) => {
    const shares = probabilities?.[row] ?? null;
    return {
      label: labels?.[row] ?? mostProbable(shares, signature.classes),
      probabilities: shares,
      value: values?.[row] ?? null,
    };
  });
}

interface GivenOutput {
  readonly declared: SignatureOutput;
  readonly column: OutputColumn;
}

function roleOf<T>(
  { outputs: declared }: ModelSignature,
  outputs: { readonly [name: string]: OutputColumn },
  role: OutputRole,
  read: (given: GivenOutput) => T,
): T | undefined {
  const output = declared.find((candidate) => candidate.role === role);
  if (output === undefined) return undefined;
  const column = outputs[output.name];
  if (column === undefined) throw invalid(output.name, 'is missing');
  return read({ declared: output, column });
}

/** Cells per row; the first dimension must be the rows and the data as long as the shape says. */
function widthOf({ declared, column }: GivenOutput, rows: number): number {
  const width = column.dims.slice(1).reduce((product, dim) => product * dim, 1);
  if (column.dims[0] === rows && column.data.length === rows * width) return width;
  throw invalid(declared.name, `has shape [${column.dims.join(', ')}] for ${rows} rows`);
}

function readProbabilities(
  given: GivenOutput,
  rows: number,
  { classes }: ModelSignature,
): readonly (readonly number[])[] {
  const width = widthOf(given, rows);
  const oneColumn = width === 1 && classes.length === 2;
  if (width !== classes.length && !oneColumn) {
    throw invalid(given.declared.name, `has ${width} columns for ${classes.length} classes`);
  }
  return Array.from({ length: rows }, (_, row) => {
    const shares = Array.from({ length: width }, (_, index) => probability(given, row * width + index));
    return oneColumn ? [1 - (shares[0] ?? 0), shares[0] ?? 0] : shares;
  });
}

function probability({ declared, column }: GivenOutput, index: number): number {
  const share = Number(column.data[index]);
  if (share >= -probabilityTolerance && share <= 1 + probabilityTolerance) return Math.min(1, Math.max(0, share));
  throw invalid(declared.name, `gives the probability ${share}`);
}

function readLabels(given: GivenOutput, rows: number, classes: readonly string[]): readonly string[] {
  if (widthOf(given, rows) !== 1) throw invalid(given.declared.name, 'gives more than one label a row');
  return Array.from({ length: rows }, (_, row) => {
    const cell = given.column.data[row];
    const label = given.declared.dtype === 'BYTES' ? String(cell) : classes[Number(cell)];
    if (label !== undefined && classes.includes(label)) return label;
    throw invalid(given.declared.name, `gives the label ${String(cell)}, which is no class of the model`);
  });
}

function readValues(given: GivenOutput, rows: number): readonly number[] {
  if (widthOf(given, rows) !== 1) throw invalid(given.declared.name, 'gives more than one value a row');
  return Array.from({ length: rows }, (_, row) => {
    const value = Number(given.column.data[row]);
    if (Number.isFinite(value)) return value;
    throw invalid(given.declared.name, `gives the value ${value}`);
  });
}

function mostProbable(shares: readonly number[] | null, classes: readonly string[]): string | null {
  if (shares === null) return null;
  return classes[shares.indexOf(Math.max(...shares))] ?? null;
}
