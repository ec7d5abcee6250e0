import { type ErrorDetail, LaurelError } from '@laurel/contracts';
import type { ModelSignature, Row, SignatureInput } from '@laurel/domain';
import { type Coerced, coerceTo, type InputValue, isMissing, missingValue } from './cells.js';

/** A column of values ready to become a tensor of shape `dims`. */
export interface InputColumn {
  readonly dtype: SignatureInput['dtype'];
  readonly dims: readonly number[];
  readonly values: readonly InputValue[];
}

/** An error names at most this many cells. */
const maximumDetails = 20;

/**
 * Turns raw rows into one column of tensor values per input of the signature. Numbers stay numbers, a number written as
 * text counts as one, booleans and numbers become text where the model takes text; a missing value becomes NaN or the
 * empty text where the input is optional. Columns the signature does not know are ignored.
 * Errors: `InvalidInput`, whose details name row (counted from `firstRow`) and column.
 */
export function coerceRows(
  rows: readonly Row[],
  signature: ModelSignature,
  firstRow = 0,
): { readonly [input: string]: InputColumn } {
  const details: ErrorDetail[] = [];
  const columns = signature.inputs.map(
    (input) => [input.name, coerceColumn(rows, input, { details, firstRow })] as const,
  );
  if (details.length > 0) {
    const first = details[0];
    const more = details.length > 1 ? ` (and ${details.length - 1} more)` : '';
    throw new LaurelError('InvalidInput', `${first?.path}: ${first?.message}${more}; correct the request.`, {
      details: details.slice(0, maximumDetails),
    });
  }
  return Object.fromEntries(columns);
}

function coerceColumn(
  rows: readonly Row[],
  input: SignatureInput,
  { details, firstRow }: { readonly details: ErrorDetail[]; readonly firstRow: number },
): InputColumn {
  const values = rows.map((row, index) => {
    const coerced = coerceCell(Object.hasOwn(row, input.name) ? row[input.name] : undefined, input);
    if ('problem' in coerced) {
      details.push({ path: `rows[${firstRow + index}].${input.name}`, message: coerced.problem });
      return missingValue(input.dtype) ?? 0;
    }
    return coerced.value;
  });
  return { dtype: input.dtype, dims: [rows.length, ...input.shape.slice(1)], values };
}

function coerceCell(cell: unknown, { dtype, optional }: SignatureInput): Coerced {
  if (isMissing(cell, dtype)) {
    const value = missingValue(dtype);
    if (optional && value !== undefined) return { value };
    return { problem: cell === undefined ? 'the column is missing' : 'a value is required' };
  }
  return coerceTo[dtype](cell);
}
