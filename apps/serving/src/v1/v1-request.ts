import { quoted } from '@laurel/domain';
import { isObject, readJson } from '../http/predict.routes.js';
import { refuse } from '../values/refuse.js';
import { type GivenValues, givenValues } from '../values/request-input.js';

/** A request of the v1 protocol. */
export interface V1Request {
  readonly values: GivenValues;
  /** What only `:explain` takes. */
  readonly parameters: { readonly [name: string]: unknown };
}

/** The one signature that every model has, by TensorFlow Serving's name. */
export const signatureName = 'serving_default';

/**
 * Reads `{"instances": […]}` or `{"inputs": …}`; `signature_name` may name the only signature. Errors: `InvalidInput` for
 * both, neither, anything else beside them, and what is not JSON.
 */
export function readV1Request(body: Buffer, { takesParameters = false } = {}): V1Request {
  const json = readJson(body);
  if (!isObject(json))
    return refuse(
      'The body must be an object: {"instances": [one element per row]} or {"inputs": {"column": [values]}}.',
    );
  const known = ['instances', 'inputs', 'signature_name', ...(takesParameters ? ['parameters'] : [])];
  const unknown = Object.keys(json).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse(`The body has the key ${quoted(unknown)}; there are ${known.join(', ')}.`);
  const { instances, inputs, signature_name: signature = null, parameters = {} } = json;
  if (signature !== null && signature !== '' && signature !== signatureName) {
    refuse(`signature_name must be ${signatureName}, the only one there is; or leave it out.`);
  }
  if (!isObject(parameters)) return refuse('parameters must be an object.');
  if (instances !== undefined && inputs !== undefined)
    return refuse('The body has both instances and inputs; send one of them.');
  if (instances === undefined && inputs === undefined)
    return refuse('The body has neither instances nor inputs; send one of them.');
  const values = instances === undefined ? givenValues(inputs, 'inputs') : givenValues(instances, 'instances');
  return { values, parameters };
}
