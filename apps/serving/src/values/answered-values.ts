import type { Prediction, SignatureOutput, Tensor } from '@laurel/domain';
import type { PredictAnswer } from '../predictions.js';

/** The parts of an answer that are written as values. */
export type AnsweredValues = Pick<PredictAnswer, 'model' | 'outputs' | 'rows' | 'predictions'>;

/**
 * JSON of the predictions as TensorFlow Serving and KServe write them: a list with one element per row, which is the bare
 * value where the model has one output, else an object by output name. A label is its class, probabilities are in the
 * order of the classes. A bare graph gives its elements as they are, by row where all outputs have the
 * rows as their first dimension.
 */
export function predictionsJson(answer: AnsweredValues): string {
  const rows = rowsJson(answer);
  return rows === null ? objectOf(answer.outputs, (tensor) => jsonFrom(tensor, 0, 0)) : `[${rows.join(',')}]`;
}

/** The elements of `predictionsJson`, one per row; `null` where a bare graph's outputs do not go by row. */
export function rowsJson(answer: AnsweredValues): readonly string[] | null {
  const { model, outputs, rows } = answer;
  const signature = model?.signature ?? null;
  if (signature !== null || model === null) {
    const declared = signature?.outputs ?? plainOutputs;
    return answer.predictions().map((prediction) => JSON.stringify(valueOf(prediction, declared)));
  }
  if (!outputs.every(({ shape }) => shape.length > 0 && shape[0] === rows)) return null;
  const [only] = outputs;
  return Array.from({ length: rows }, (_, row) => {
    const rowOf = (tensor: Tensor) => jsonFrom(tensor, 1, (row * tensor.data.length) / rows);
    return outputs.length === 1 && only !== undefined ? rowOf(only) : objectOf(outputs, rowOf);
  });
}

/** What a constant baseline says while its model is not loaded. */
const plainOutputs: readonly Pick<SignatureOutput, 'name' | 'role'>[] = [
  { name: 'label', role: 'label' },
  { name: 'probabilities', role: 'probabilities' },
  { name: 'value', role: 'value' },
];

function valueOf(prediction: Prediction, outputs: readonly Pick<SignatureOutput, 'name' | 'role'>[]): unknown {
  const [only] = outputs;
  if (outputs.length === 1 && only !== undefined) return prediction[only.role];
  return Object.fromEntries(
    outputs.flatMap(({ name, role }) => (prediction[role] === null ? [] : [[name, prediction[role]]])),
  );
}

function objectOf(outputs: readonly Tensor[], json: (tensor: Tensor) => string): string {
  return `{${outputs.map((tensor) => `${JSON.stringify(tensor.name)}:${json(tensor)}`).join(',')}}`;
}

/** Elements from `at` on as nested lists of the dimensions from `axis` on. */
function jsonFrom(tensor: Tensor, axis: number, at: number): string {
  const { shape } = tensor;
  if (axis === shape.length) return elementJson(tensor, at);
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const parts = Array.from({ length: shape[axis] ?? 0 }, (_, index) => jsonFrom(tensor, axis + 1, at + index * inner));
  return `[${parts.join(',')}]`;
}

/** Texts of an output whose name ends in `_bytes` are base64, as TensorFlow Serving has it. */
function elementJson({ name, datatype, data }: Tensor, at: number): string {
  const element = data[at];
  if (datatype === 'BOOL') return element === 0 ? 'false' : 'true';
  if (typeof element !== 'string') return String(element);
  return JSON.stringify(name.endsWith('_bytes') ? { b64: Buffer.from(element).toString('base64') } : element);
}

/** Probabilities by the names of the classes. */
export function byClass(
  probabilities: readonly number[],
  classes: readonly string[],
): { readonly [name: string]: number | undefined } {
  return Object.fromEntries(classes.map((name, index) => [name, probabilities[index]]));
}
