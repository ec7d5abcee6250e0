import { type ErrorDetail, LaurelError } from '@laurel/contracts';
import {
  elementCount,
  emptyData,
  type ModelSignature,
  type Row,
  type SignatureInput,
  type Tensor,
} from '@laurel/domain';
import type { Batch } from '@laurel/ports';
import { type Coerced, coerceTo, type InputValue, isMissing, missingValue } from './cells.js';

/** An error names at most this many cells. */
const maximumDetails = 20;

type Writable = { [index: number]: InputValue };

/**
 * Turns raw rows into one tensor per input of the signature. Numbers stay numbers, a number written as text counts as
 * one, booleans and numbers become text where the model takes text; a missing value becomes NaN or the empty text where
 * the input is optional. An input of several columns takes a list. Columns the signature does not know are ignored.
 * Errors: `InvalidInput`, whose details name row (counted from `firstRow`) and column.
 */
export function encodeRows(rows: readonly Row[], { inputs }: ModelSignature, firstRow = 0): Batch {
  const details: ErrorDetail[] = [];
  const tensors = inputs.map((input) => encodeColumn(rows, input, { details, firstRow }));
  if (details.length > 0) throw refusal(details);
  return { rows: rows.length, tensors };
}

function refusal(details: readonly ErrorDetail[]): LaurelError {
  const [first] = details;
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : '';
  return new LaurelError('InvalidInput', `${first?.path}: ${first?.message}${more}; correct the request.`, {
    details: details.slice(0, maximumDetails),
  });
}

function encodeColumn(
  rows: readonly Row[],
  input: SignatureInput,
  { details, firstRow }: { readonly details: ErrorDetail[]; readonly firstRow: number },
): Tensor {
  const { name, dtype } = input;
  const inner = input.shape.slice(1);
  const width = elementCount(inner) ?? 1;
  const data = emptyData(dtype, rows.length * width);
  for (const [index, row] of rows.entries()) {
    const cell: unknown = Object.hasOwn(row, name) ? row[name] : undefined;
    const problem = writeCells(cell, input, { data, at: index * width, width });
    if (problem !== null) details.push({ path: `rows[${firstRow + index}].${name}`, message: problem });
  }
  return { name, datatype: dtype, shape: [rows.length, ...inner], data };
}

/** Writes a row's value or values; tells what is wrong with them. */
function writeCells(
  cell: unknown,
  input: SignatureInput,
  { data, at, width }: { readonly data: Writable; readonly at: number; readonly width: number },
): string | null {
  const cells = width === 1 && !Array.isArray(cell) ? [cell] : cell;
  if (!Array.isArray(cells) || cells.length !== width) {
    return cell === undefined
      ? 'the column is missing'
      : `it must be ${width === 1 ? 'one value' : `a list of ${width} values`}`;
  }
  for (const [index, one] of cells.entries()) {
    const coerced = coerceCell(one, input);
    if ('problem' in coerced) return coerced.problem;
    data[at + index] = coerced.value;
  }
  return null;
}

function coerceCell(cell: unknown, { dtype, optional }: SignatureInput): Coerced {
  if (isMissing(cell, dtype)) {
    const value = missingValue(dtype);
    if (optional && value !== undefined) return { value };
    return { problem: cell === undefined ? 'the column is missing' : 'a value is required' };
  }
  return coerceTo[dtype](cell);
}
