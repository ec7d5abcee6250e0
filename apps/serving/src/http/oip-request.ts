import { LaurelError } from '@laurel/contracts';
import type { Cell, Row } from '@laurel/domain';

/** Data types of the Open Inference Protocol that JSON can carry. */
const datatypes = new Set([
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP32',
  'FP64',
  'BYTES',
]);

/** An inference request as rows, with what the answer must repeat. */
export interface InferRequest {
  readonly id: string | null;
  readonly rows: readonly Row[];
  /** Names of the outputs that are asked for; `null` for all. */
  readonly outputs: readonly string[] | null;
}

type Json = { readonly [key: string]: unknown };

function refuse(message: string): never {
  throw new LaurelError('InvalidInput', message);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Turns an inference request, one tensor per column, into rows. Errors: `InvalidInput`. */
export function parseInferRequest(body: unknown): InferRequest {
  if (!isObject(body)) refuse('The body must be a JSON object with inputs.');
  const { id, inputs, outputs } = body;
  if (!Array.isArray(inputs) || inputs.length === 0) refuse('inputs must be a list of at least one tensor.');
  const columns = inputs.map((input, index) => columnOf(input, index));
  const rows = columns[0]?.cells.length ?? 0;
  const uneven = columns.find(({ cells }) => cells.length !== rows);
  if (uneven) refuse(`The input ${uneven.name} has ${uneven.cells.length} rows and ${columns[0]?.name} has ${rows}.`);
  if (rows === 0) refuse('The inputs have no rows.');
  return { id: typeof id === 'string' ? id : null, rows: rowsOf(columns, rows), outputs: outputNames(outputs) };
}

interface Column {
  readonly name: string;
  readonly cells: readonly Cell[];
}

function rowsOf(columns: readonly Column[], rows: number): readonly Row[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(({ name, cells }) => [name, cells[row] ?? null])),
  );
}

function columnOf(input: unknown, index: number): Column {
  if (!isObject(input) || typeof input['name'] !== 'string') refuse(`inputs[${index}] must be an object with a name.`);
  const { name, datatype, shape, data } = input;
  if (typeof datatype !== 'string' || !datatypes.has(datatype)) {
    refuse(`The input ${name} has no datatype that JSON can carry (${[...datatypes].join(', ')}).`);
  }
  if (!Array.isArray(data)) refuse(`The input ${name} has no data.`);
  const cells = data.flat(1);
  const length = lengthOf(shape);
  if (length === undefined) refuse(`The input ${name} must have shape [n] or [n, 1]; one column per input.`);
  if (cells.length !== length) refuse(`The input ${name} has ${cells.length} values for shape [${String(shape)}].`);
  const wrong = cells.findIndex((cell) => !fits(cell, datatype));
  if (wrong >= 0) refuse(`The input ${name} holds at ${wrong} a value that is not ${datatype}.`);
  return { name, cells: cells as readonly Cell[] };
}

/** Rows of a shape `[n]` or `[n, 1]`, or `undefined`. */
function lengthOf(shape: unknown): number | undefined {
  if (!Array.isArray(shape) || shape.length === 0 || shape.length > 2) return undefined;
  const [rows, width = 1] = shape as readonly unknown[];
  return typeof rows === 'number' && Number.isInteger(rows) && rows >= 0 && width === 1 ? rows : undefined;
}

/** A missing value is written as null; the model decides whether it takes one. */
function fits(cell: unknown, datatype: string): boolean {
  if (cell === null) return true;
  if (datatype === 'BYTES') return typeof cell === 'string';
  if (datatype === 'BOOL') return typeof cell === 'boolean' || cell === 0 || cell === 1;
  if (typeof cell !== 'number') return false;
  return datatype.startsWith('FP') || Number.isInteger(cell);
}

function outputNames(outputs: unknown): readonly string[] | null {
  if (outputs === undefined || outputs === null) return null;
  if (!Array.isArray(outputs)) refuse('outputs must be a list of objects with a name.');
  return outputs.map((output: unknown) => {
    if (!isObject(output) || typeof output['name'] !== 'string')
      refuse('outputs must be a list of objects with a name.');
    return output['name'];
  });
}
