import { LaurelError } from '@laurel/contracts';
import type { TrainerModel } from '@laurel/domain';

/** Parses `model.json` as a trainer wrote it. Errors: `TrainerWroteNoModel`, naming the field. */
export function readTrainerModel(bytes: Uint8Array): TrainerModel {
  const found: unknown = parse(bytes);
  const problem = problemOf(found);
  if (problem !== undefined) {
    throw new LaurelError('TrainerWroteNoModel', `model.json ${problem}; see the trainer protocol for its shape.`);
  }
  return found as TrainerModel;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new LaurelError('TrainerWroteNoModel', 'model.json is not JSON; NaN and Infinity are not allowed in it.', {
      cause,
    });
  }
}

const tasks = ['binary', 'multiclass', 'regression'];
const roles = ['label', 'probabilities', 'value'];

function problemOf(found: unknown): string | undefined {
  if (!isObject(found)) return 'is not an object';
  if (!tasks.includes(String(found['task'])))
    return `has task "${String(found['task'])}", not one of ${tasks.join(', ')}`;
  const { inputs, outputs, classes } = found;
  if (!Array.isArray(inputs) || inputs.length === 0) return 'names no inputs';
  if (!Array.isArray(outputs) || outputs.length === 0) return 'names no outputs';
  if (!Array.isArray(classes)) return 'has no list of classes';
  const input = inputs.find((item) => !isTensor(item));
  if (input !== undefined) return `has an input without name, dtype and shape: ${JSON.stringify(input)}`;
  const output = outputs.find((item) => !isTensor(item) || !roles.includes(String(item['role'])));
  if (output !== undefined) return `has an output without name, dtype, shape and role: ${JSON.stringify(output)}`;
  return undefined;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTensor(value: unknown): value is { readonly [key: string]: unknown } {
  return (
    isObject(value) &&
    typeof value['name'] === 'string' &&
    typeof value['dtype'] === 'string' &&
    Array.isArray(value['shape'])
  );
}
