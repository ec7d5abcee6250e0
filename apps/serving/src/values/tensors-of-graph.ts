import { quoted, type TensorSpec } from '@laurel/domain';
import { isObject } from '../http/predict.routes.js';
import type { RequestInput } from '../predictions.js';
import { isBinary } from './binary-value.js';
import { shown } from './nested.js';
import { listed, refuse } from './refuse.js';
import { tensorOf } from './tensor-of-values.js';

type Tensors = Extract<RequestInput, { readonly kind: 'tensors' }>['tensors'];

/** Whole tensors by input name. Errors: `InvalidInput`. */
export function tensorsOfInputs(
  values: { readonly [name: string]: unknown },
  inputs: readonly TensorSpec[],
  path: string,
): Tensors {
  return Object.entries(values).map(([name, value]) => {
    const spec = inputs.find((input) => input.name === name);
    if (spec !== undefined) return tensorOf(spec, value, `${path}.${name.slice(0, 60)}`);
    return refuse(
      `${path}: there is no input ${quoted(name)}; the model takes ${listed(inputs.map((one) => one.name))}.`,
    );
  });
}

/** Tensors from a list with one element, or one object of elements by input name, per row. Errors: `InvalidInput`. */
export function tensorsOfInstances(
  instances: readonly unknown[],
  inputs: readonly TensorSpec[],
  path: string,
): Tensors {
  const [only] = inputs;
  const [first] = instances;
  if (isObject(first) && !isBinary(first))
    return tensorsOfInputs(stacked(instances, Object.keys(first), path), inputs, path);
  if (only !== undefined && inputs.length === 1) return [tensorOf(only, instances, path)];
  const names = listed(inputs.map(({ name }) => name));
  return refuse(`${path}[0] is ${shown(first)}; a model of several inputs takes an object of them: ${names}.`);
}

function stacked(
  instances: readonly unknown[],
  names: readonly string[],
  path: string,
): { readonly [name: string]: unknown } {
  for (const [index, instance] of instances.entries()) {
    if (!isObject(instance))
      return refuse(`${path}[${index}] is ${shown(instance)} and ${path}[0] an object; all must be alike.`);
    if (Object.keys(instance).length !== names.length || !names.every((name) => Object.hasOwn(instance, name))) {
      return refuse(`${path}[${index}] has other inputs than ${path}[0], which has ${listed(names)}.`);
    }
  }
  const rows = instances as readonly { readonly [name: string]: unknown }[];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}
