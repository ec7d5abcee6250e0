import { LaurelError } from '@laurel/contracts';
import { elementCount, quoted, type Tensor, type TensorSpec } from '@laurel/domain';
import type { Batch } from '@laurel/ports';
import { isFloat } from './cells.js';

/** What an input takes, and whether it may be missing. */
export interface InputRule extends TensorSpec {
  readonly optional: boolean;
}

/** A tensor as a protocol read it; `nullAt` is where it says that a value is missing. */
export type GivenTensor = Tensor & { readonly nullAt?: number };

function refuse(message: string): never {
  throw new LaurelError('InvalidInput', message);
}

/**
 * Checks tensors of a request against the inputs of a graph and puts them in its order. `[n]` counts as `[n, 1]`.
 * Errors: `InvalidInput` that names the tensor: unknown, twice, missing, of another type or shape, without rows, with
 * infinity, or with a missing value (NaN, null) where one is required.
 */
export function admitTensors(given: readonly GivenTensor[], rules: readonly InputRule[]): Batch {
  const tensors = rules.map((rule) => admitOne(given, rule));
  if (given.length !== rules.length) refuseSurplus(given, rules);
  return { rows: commonRows(tensors, rules), tensors };
}

function admitOne(given: readonly GivenTensor[], rule: InputRule): Tensor {
  const tensor = given.find(({ name }) => name === rule.name);
  if (tensor === undefined) return refuse(`The input ${quoted(rule.name)} is missing; the model needs it.`);
  if (tensor.datatype !== rule.datatype) {
    refuse(`The input ${quoted(rule.name)} is ${rule.datatype}, not ${tensor.datatype}; send ${rule.datatype}.`);
  }
  const shape = shapeFor(tensor, rule);
  const missing = tensor.nullAt ?? findMissing(tensor);
  if (missing >= 0 && !rule.optional) {
    refuse(`The input ${quoted(rule.name)} has no value at ${missing}; a value is required.`);
  }
  if (rule.datatype === 'BYTES') refuseCutTexts(tensor);
  return shape === tensor.shape && tensor.nullAt === undefined ? tensor : { ...tensor, shape };
}

/** The tensor's shape as the graph takes it. */
function shapeFor({ name, shape, data }: Tensor, rule: InputRule): readonly number[] {
  const columns = rule.shape.length === 2 && rule.shape[1] === 1 && shape.length === 1;
  const full = columns ? [...shape, 1] : shape;
  const fits = full.length === rule.shape.length && rule.shape.every((dim, axis) => dim < 0 || dim === full[axis]);
  if (!fits)
    refuse(`The input ${quoted(name)} has shape [${shape.join(', ')}]; the model takes [${rule.shape.join(', ')}].`);
  const count = elementCount(full);
  if (count === 0) refuse(`The input ${quoted(name)} has shape [${shape.join(', ')}] and so no values.`);
  if (count !== data.length)
    refuse(`The input ${quoted(name)} has ${data.length} values for shape [${shape.join(', ')}].`);
  return full;
}

/** onnxruntime-node hands texts on as C strings: what follows a NUL character would be lost without a word. */
function refuseCutTexts({ name, data }: Tensor): void {
  const at = (data as readonly string[]).findIndex((text) => text.includes('\0'));
  if (at >= 0)
    refuse(`The input ${quoted(name)} has a text with a NUL character at ${at}; the runtime would cut it off.`);
}

/** Index of the first NaN, or −1. Errors: `InvalidInput` for infinity. */
function findMissing({ name, datatype, data }: Tensor): number {
  if (!isFloat(datatype)) return -1;
  const numbers = data as Float64Array;
  let missing = -1;
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index] as number;
    if (value - value === 0) continue;
    if (!Number.isNaN(value))
      refuse(`The input ${quoted(name)} holds ${value} at ${index}; only finite numbers are taken.`);
    if (missing < 0) missing = index;
  }
  return missing;
}

function refuseSurplus(given: readonly GivenTensor[], rules: readonly InputRule[]): never {
  const unknown = given.find(({ name }) => !rules.some((rule) => rule.name === name));
  if (unknown === undefined) return refuse('An input is given twice; send each once.');
  const known = rules.slice(0, 10).map(({ name }) => name);
  return refuse(
    `There is no input ${quoted(unknown.name)}; the model takes ${known.join(', ')}${rules.length > 10 ? ', …' : ''}.`,
  );
}

function commonRows(tensors: readonly Tensor[], rules: readonly InputRule[]): number {
  let rows: number | undefined;
  for (const [index, { name, shape }] of tensors.entries()) {
    if (rules[index]?.shape[0] !== -1) continue;
    if (rows !== undefined && rows !== shape[0]) {
      refuse(`The input ${quoted(name)} has ${shape[0]} rows and ${quoted(tensors[0]?.name ?? '')} has ${rows}.`);
    }
    rows = shape[0];
  }
  return rows ?? 1;
}
