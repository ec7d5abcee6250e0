import { isLaurelError } from '@laurel/contracts';
import type { Row } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { isObject } from '../http/predict.routes.js';
import type { RequestInput } from '../predictions.js';
import { isBinary } from './binary-value.js';
import { shown } from './nested.js';
import { refuse } from './refuse.js';
import { rowsOfColumns, rowsOfInstances } from './rows-of-values.js';
import { tensorsOfInputs, tensorsOfInstances } from './tensors-of-graph.js';

/** Rows of one request; more are refused. */
const maximumRows = 10_000;

/** Values of a request before a model gives them meaning. `path` is what the request calls them. */
export type GivenValues =
  /** A row at a time. */
  | { readonly kind: 'instances'; readonly instances: readonly unknown[]; readonly path: string }
  /** An input at a time. */
  | { readonly kind: 'inputs'; readonly inputs: { readonly [name: string]: unknown }; readonly path: string };

type Facts = Pick<RunnableModel, 'signature' | 'inputs'>;

/**
 * What `instances` (a list) and `inputs` (an object of columns, or a list as in `instances`) hold. Errors: `InvalidInput`
 * for anything else and for nothing.
 */
export function givenValues(value: unknown, path: 'instances' | 'inputs'): GivenValues {
  if (Array.isArray(value)) {
    if (value.length === 0) refuse(`${path} is empty; send at least one row.`);
    return { kind: 'instances', instances: value, path };
  }
  if (path === 'inputs' && isObject(value) && !isBinary(value)) {
    if (Object.keys(value).length === 0) refuse('inputs is empty; send at least one row.');
    return { kind: 'inputs', inputs: value, path };
  }
  return refuse(
    `${path} is ${shown(value)}; send ${path === 'inputs' ? 'an object of columns or ' : ''}a list of rows.`,
  );
}

/**
 * The input of a prediction: rows where the model knows columns, tensors for a bare graph. While the model is being
 * loaded, rows of columns go on, because a baseline may answer them. Errors: `InvalidInput`, those of `model`.
 */
export function requestInput(given: GivenValues, model: () => Facts): RequestInput {
  const facts = factsFor(given, model);
  const { signature } = facts;
  const { path } = given;
  if (signature === null) {
    const { inputs } = facts;
    const tensors =
      given.kind === 'inputs'
        ? tensorsOfInputs(given.inputs, inputs, path)
        : tensorsOfInstances(given.instances, inputs, path);
    return { kind: 'tensors', tensors };
  }
  const rows =
    given.kind === 'inputs'
      ? rowsOfColumns(given.inputs, signature, path)
      : rowsOfInstances(given.instances, signature, path);
  return { kind: 'rows', rows: withinLimit(rows, path) };
}

const noInputs: Facts = { signature: { task: 'regression', inputs: [], outputs: [], classes: [] }, inputs: [] };

function factsFor(given: GivenValues, model: () => Facts): Facts {
  try {
    return model();
  } catch (error) {
    const named = given.kind === 'inputs' || given.instances.every((one) => isObject(one) && !isBinary(one));
    if (named && isLaurelError(error) && error.code === 'ModelNotReady') return noInputs;
    throw error;
  }
}

function withinLimit(rows: readonly Row[], path: string): readonly Row[] {
  if (rows.length === 0) refuse(`${path} is empty; send at least one row.`);
  if (rows.length > maximumRows) refuse(`${path} has ${rows.length} rows; send at most ${maximumRows} at once.`);
  return rows;
}
