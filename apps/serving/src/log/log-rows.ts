import type { Prediction } from '@laurel/domain';
import type { WrittenCell } from '@laurel/duckdb';
import { confidenceOf } from '../predictions.js';
import { cellAs, cellOf, type Field, inputFields, outputFields, saysPredictions } from './log-fields.js';
import { predictionAt } from './log-predictions.js';
import type { RecordContext } from './segment-format.js';
import type { ReadRequest, ReadValues } from './segment-reader.js';

/** Fields of the structs of a table. */
export interface TableFields {
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
}

/** Number of the tensor of a context that fills each field, or −1. */
interface Places {
  readonly fields: TableFields;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const cachedPlaces = new WeakMap<RecordContext, Places>();

function placesOf(context: RecordContext, fields: TableFields): Places {
  const cached = cachedPlaces.get(context);
  if (cached?.fields === fields) return cached;
  const find = (wanted: readonly Field[], own: readonly Field[]) =>
    wanted.map(({ name }) => own.findIndex((one) => one.name.toLowerCase() === name.toLowerCase()));
  const inputs = find(fields.inputs, inputFields(context));
  const outputs = find(fields.outputs, outputFields(context));
  const places = { fields, inputs, outputs };
  cachedPlaces.set(context, places);
  return places;
}

/** Adds the cells of an answered row to the columns of a table, in their order. */
export function appendRow(
  columns: readonly WrittenCell[][],
  request: ReadRequest,
  row: number,
  fields: TableFields,
): void {
  const { context } = request;
  const places = placesOf(context, fields);
  const prediction = saysPredictions(context) ? predictionOf(request, row) : null;
  let column = 0;
  const add = (cell: WrittenCell) => void columns[column++]?.push(cell);
  add(idOfRow(request.id, row));
  add(request.requestId);
  add(request.at);
  add(BigInt(context.epoch));
  add(context.arm);
  add(BigInt(context.version));
  add(context.digest);
  add(request.stickyKeyHash === null ? null : BigInt(request.stickyKeyHash));
  for (let index = 0; index < fields.inputs.length; index++) {
    add(inputCell(request, { row, field: fields.inputs[index] as Field, place: places.inputs[index] as number }));
  }
  for (let index = 0; index < fields.outputs.length; index++) {
    const [field, place] = [fields.outputs[index] as Field, places.outputs[index] as number];
    add(
      prediction === null
        ? tensorCell(request, request.outputs, { row, field, place })
        : predictionCell(prediction, field),
    );
  }
  add(prediction === null ? null : confidenceOf(prediction));
  add(request.milliseconds);
  add(context.status);
  add(context.error);
  add(context.fallback);
  add(request.shadowOf === null ? null : idOfRow(request.shadowOf, row));
  add(context.protocol);
}

/** The id of a row, from that of the first: the last 24 bits count (`plane/prediction-ids.ts`). */
function idOfRow(first: string, row: number): string {
  return row === 0 ? first : first.slice(0, -6) + row.toString(16).padStart(6, '0');
}

interface CellPlace {
  readonly row: number;
  readonly field: Field;
  readonly place: number;
}

function inputCell(request: ReadRequest, at: CellPlace): WrittenCell {
  const { inputs, context } = request;
  if (inputs?.kind !== 'plain') return tensorCell(request, inputs, at);
  const name = context.inputs[at.place]?.name;
  return name === undefined ? null : cellAs(at.field, inputs.values[at.row]?.[name]);
}

function tensorCell({ rows }: ReadRequest, values: ReadValues<unknown>, { row, field, place }: CellPlace): WrittenCell {
  const tensor = values?.kind === 'tensors' ? values.tensors[place] : undefined;
  return tensor === undefined ? null : cellAs(field, cellOf(tensor, row, rows));
}

function predictionOf({ outputs, context, rows }: ReadRequest, row: number): Prediction | null {
  if (outputs === null) return null;
  if (outputs.kind === 'plain') return outputs.values[row] ?? null;
  return context.meaning === null ? null : predictionAt(outputs.tensors, context.meaning, { row, rows });
}

function predictionCell(prediction: Prediction, field: Field): WrittenCell {
  const { name } = field;
  if (name === 'label' || name === 'probabilities' || name === 'value') return cellAs(field, prediction[name]);
  return null;
}
