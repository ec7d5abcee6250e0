import type { Cell, OutputRole, TensorType } from '@laurel/domain';
import type { ColumnType, WrittenCell, WrittenColumn } from '@laurel/duckdb';
import type { LoggedTensor, RecordContext } from './segment-format.js';
import type { ReadTensor } from './segment-reader.js';
import type { TensorCell } from './tensor-data.js';

/** A field of the structs `inputs` and `outputs`. */
export type Field = Pick<WrittenColumn, 'name' | 'type' | 'list'>;

const columnTypes: { readonly [type in TensorType]: ColumnType } = {
  BOOL: 'BOOLEAN',
  UINT8: 'UTINYINT',
  UINT16: 'USMALLINT',
  UINT32: 'UINTEGER',
  UINT64: 'UBIGINT',
  INT8: 'TINYINT',
  INT16: 'SMALLINT',
  INT32: 'INTEGER',
  INT64: 'BIGINT',
  FP16: 'FLOAT',
  FP32: 'FLOAT',
  FP64: 'DOUBLE',
  BYTES: 'VARCHAR',
};

const roleFields: { readonly [role in OutputRole]: Field } = {
  label: { name: 'label', type: 'VARCHAR', list: false },
  probabilities: { name: 'probabilities', type: 'DOUBLE', list: true },
  value: { name: 'value', type: 'DOUBLE', list: false },
};

/** The fields that predictions fill. */
const predictionFields = Object.values(roleFields);

/** One field per input, in order. */
export function inputFields({ inputs }: RecordContext): readonly Field[] {
  return distinct(inputs.map(fieldOf));
}

/** The fields of predictions, or those of a bare graph: one per output, in order. */
export function outputFields(context: RecordContext): readonly Field[] {
  return saysPredictions(context) ? predictionFields : distinct(context.outputs.map(fieldOf));
}

/** Do the outputs have a meaning? A copy keeps nothing but predictions. */
export function saysPredictions({ meaning, arm }: RecordContext): boolean {
  return meaning !== null || arm === 'shadow';
}

/** Names that differ only in case are one name to DuckDB: later ones get a number. */
function distinct(fields: readonly Field[]): readonly Field[] {
  const seen = new Set<string>();
  return fields.map((field, index) => {
    const isNew = field.name !== '' && !seen.has(field.name.toLowerCase());
    seen.add(field.name.toLowerCase());
    return isNew ? field : { ...field, name: `${field.name}_${index}` };
  });
}

function fieldOf({ name, datatype, shape }: LoggedTensor): Field {
  const isColumn = shape.length <= 1 || (shape.length === 2 && shape[1] === 1);
  return { name, type: columnTypes[datatype], list: !isColumn };
}

/** Fields of several models in one struct; types that differ widen. */
export function mergeFields(groups: readonly (readonly Field[])[]): readonly Field[] {
  const merged = new Map<string, Field>();
  for (const field of groups.flat()) {
    const key = field.name.toLowerCase();
    const seen = merged.get(key);
    merged.set(key, seen === undefined ? field : widened(seen, field));
  }
  return [...merged.values()];
}

function widened(one: Field, other: Field): Field {
  const list = one.list || other.list;
  if (one.type === other.type) return { ...one, list };
  const mixed = [one.type, other.type].some((type) => type === 'VARCHAR' || type === 'BOOLEAN');
  return { name: one.name, type: mixed ? 'VARCHAR' : 'DOUBLE', list };
}

/** The cell of row `row`: a value, or the list of its elements in row-major order. */
export function cellOf({ cells, shape }: ReadTensor, row: number, rows: number): TensorCell | readonly TensorCell[] {
  if (cells === null) return null;
  if (shape[0] !== rows) return row === 0 ? cells : null;
  const width = cells.length / rows;
  return width === 1 ? (cells[row] ?? null) : cells.slice(row * width, (row + 1) * width);
}

/** A value as the type of a field; what has no such form is missing. */
export function cellAs(
  { type, list }: Field,
  value: TensorCell | readonly TensorCell[] | Cell | undefined,
): WrittenCell {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) {
    const items = value as readonly TensorCell[];
    return list ? items.map((one) => scalarAs(type, one)) : scalarAs(type, items[0] ?? null);
  }
  const one = scalarAs(type, value as TensorCell);
  return list && one !== null ? [one] : one;
}

function scalarAs(type: ColumnType, value: TensorCell): string | number | bigint | boolean | null {
  if (value === null) return null;
  if (type === 'VARCHAR') return String(value);
  if (type === 'BOOLEAN') return typeof value === 'boolean' ? value : booleanOf(value);
  if (typeof value === 'string' && value.trim() === '') return null;
  const number = Number(value);
  if (type === 'BIGINT' || type === 'UBIGINT') {
    if (typeof value === 'bigint') return value;
    return Number.isSafeInteger(number) ? BigInt(number) : null;
  }
  return Number.isFinite(number) ? number : null;
}

function booleanOf(value: number | bigint | string): boolean | null {
  if (typeof value !== 'string') return Number(value) !== 0;
  const text = value.trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : null;
}
