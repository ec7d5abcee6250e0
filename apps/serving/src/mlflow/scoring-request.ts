import { quoted, type Row } from '@laurel/domain';
import { isObject } from '../http/predict.routes.js';
import { listed, refuse } from '../values/refuse.js';
import { type GivenValues, givenValues } from '../values/request-input.js';
import { readPythonJson } from './python-json.js';

/** A request of MLflow's scoring server. */
export interface ScoringRequest {
  readonly values: GivenValues;
  readonly probabilities: boolean;
  /** Sentences about what was asked for and left out. */
  readonly notices: readonly string[];
}

const formats = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

/** Reads a JSON body: exactly one of the four formats, and perhaps `params`. Errors: `InvalidInput`. */
export function readScoringRequest(body: Buffer): ScoringRequest {
  const json = readPythonJson(body);
  if (!isObject(json)) return refuse(`The body must be an object with exactly one of ${formats.join(', ')}.`);
  const given = formats.filter((format) => Object.hasOwn(json, format));
  const [format] = given;
  if (format === undefined || given.length > 1) {
    return refuse(
      `The body must have exactly one of ${formats.join(', ')}; it has ${given.length === 0 ? keysOf(json) : given.join(', ')}.`,
    );
  }
  const unknown = Object.keys(json).find((key) => key !== format && key !== 'params');
  if (unknown !== undefined)
    refuse(`The body has the key ${quoted(unknown)}; beside ${format} there may only be params.`);
  return { values: valuesOf(format, json[format]), ...paramsOf(json['params'] ?? {}) };
}

function keysOf(json: object): string {
  const keys = Object.keys(json);
  return keys.length === 0 ? 'none' : listed(keys.map(quoted));
}

function valuesOf(format: (typeof formats)[number], value: unknown): GivenValues {
  if (format === 'instances' || format === 'inputs') return givenValues(value, format);
  const rows = format === 'dataframe_split' ? rowsOfSplit(value) : value;
  if (!Array.isArray(rows)) return refuse(`${format} must be a list of objects by column.`);
  const wrong = rows.findIndex((row) => !isObject(row));
  if (wrong >= 0) refuse(`${format}[${wrong}] must be an object of column names and values.`);
  return rowValues(rows as readonly Row[], format);
}

/** Rows by column as values. Errors: `InvalidInput` without any. */
export function rowValues(rows: readonly Row[], path: string): GivenValues {
  if (rows.length === 0) refuse(`${path} is empty; send at least one row.`);
  return { kind: 'instances', instances: rows, path };
}

/** Pandas' `to_dict(orient="split")`: columns and rows of values; the index is not read. */
function rowsOfSplit(value: unknown): readonly object[] {
  if (!isObject(value) || Object.keys(value).some((key) => !['columns', 'data', 'index'].includes(key))) {
    return refuse('dataframe_split must be an object of columns, data and perhaps index.');
  }
  const { columns, data } = value;
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string')) {
    return refuse('dataframe_split.columns must be a list of names.');
  }
  const names: readonly string[] = columns;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`dataframe_split.columns names ${quoted(twice)} twice.`);
  if (!Array.isArray(data)) return refuse('dataframe_split.data must be a list with a list of values per row.');
  return data.map((cells: unknown, row) => {
    if (!Array.isArray(cells)) return refuse(`dataframe_split.data[${row}] must be a list of values.`);
    if (cells.length === names.length)
      return Object.fromEntries(cells.map((cell, index) => [names[index] ?? '', cell]));
    return refuse(`dataframe_split.data[${row}] has ${cells.length} values for ${names.length} columns.`);
  });
}

function paramsOf(params: unknown): Pick<ScoringRequest, 'probabilities' | 'notices'> {
  if (!isObject(params)) return refuse('params must be an object.');
  const probabilities = params['probabilities'] ?? false;
  if (typeof probabilities !== 'boolean') return refuse('params.probabilities must be true or false.');
  const others = Object.keys(params).filter((name) => name !== 'probabilities');
  const notices = others
    .slice(0, 20)
    .map((name) => `The parameter ${quoted(name)} means nothing to this model and was left out.`);
  return { probabilities, notices };
}
