import { elementCount, type ModelSignature, quoted, type Row } from '@laurel/domain';
import { isObject } from '../http/predict.routes.js';
import { isBinary, textOfBinary } from './binary-value.js';
import { flat, shapeOf, shown } from './nested.js';
import { listed, refuse } from './refuse.js';

type Inputs = Pick<ModelSignature, 'inputs'>;

/** A row at a time: `{"column": value}`, or the value itself for a model of one input. Errors: `InvalidInput`. */
export function rowsOfInstances(instances: readonly unknown[], { inputs }: Inputs, path: string): readonly Row[] {
  const [only] = inputs;
  return instances.map((instance, index) => {
    const at = `${path}[${index}]`;
    if (isObject(instance) && !isBinary(instance)) return rowOf(instance, { inputs }, at);
    if (only !== undefined && inputs.length === 1) return rowOf({ [only.name]: instance }, { inputs }, at);
    const names = listed(inputs.map(({ name }) => name));
    return refuse(`${at} is ${shown(instance)}; a model of several inputs takes an object of them: ${names}.`);
  });
}

/** A column at a time: `{"column": [values]}`, all of one length. Errors: `InvalidInput`. */
export function rowsOfColumns(
  columns: { readonly [name: string]: unknown },
  signature: Inputs,
  path: string,
): readonly Row[] {
  const entries = Object.entries(columns).map(([name, values]) => {
    if (Array.isArray(values)) return [name, values as readonly unknown[]] as const;
    return refuse(`${path}.${name.slice(0, 60)} is ${shown(values)}; send a list with one value per row.`);
  });
  const [first] = entries;
  const rows = first?.[1].length ?? 0;
  for (const [name, values] of entries) {
    if (values.length === rows) continue;
    refuse(
      `${path}: ${quoted(name)} has ${values.length} values and ${quoted(first?.[0] ?? '')} has ${rows}; send as many.`,
    );
  }
  return Array.from({ length: rows }, (_, row) =>
    rowOf(Object.fromEntries(entries.map(([name, values]) => [name, values[row]])), signature, `${path}[${row}]`),
  );
}

/** A row whose cells the model's own checks can judge: bytes are texts, nested lists of the right shape are flat. */
function rowOf(row: { readonly [name: string]: unknown }, { inputs }: Inputs, path: string): Row {
  if (!Object.values(row).some((value) => typeof value === 'object' && value !== null)) return row as Row;
  const innerOf = (name: string) => inputs.find((input) => input.name === name)?.shape.slice(1) ?? [];
  const cells = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'object' && value !== null ? cellOf(value, innerOf(name), `${path}.${name.slice(0, 60)}`) : value,
  ]);
  return Object.fromEntries(cells) as Row;
}

function cellOf(value: object, inner: readonly number[], path: string): unknown {
  if (isBinary(value)) return textOfBinary(value, path);
  if (!Array.isArray(value)) return value;
  const cells = flat(value).map((cell, index) => (isBinary(cell) ? textOfBinary(cell, `${path}[${index}]`) : cell));
  if (inner.length < 2) return value.some((cell) => Array.isArray(cell)) ? value : cells;
  const shape = shapeOf(value, path);
  const fits = shape.length === inner.length && shape.every((dim, axis) => dim === inner[axis]);
  if (fits || (shape.length === 1 && shape[0] === elementCount(inner))) return cells;
  return refuse(`${path} has shape [${shape.join(', ')}]; the model takes [${inner.join(', ')}].`);
}
