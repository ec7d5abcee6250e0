import { LaurelError } from '@laurel/contracts';
import type { ModelSignature, Prediction, SignatureOutput } from '@laurel/domain';
import type { PredictAnswer } from '../predictions.js';

/** A tensor of the Open Inference Protocol as JSON. */
interface TensorJson {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly (string | number | null)[];
}

type Outputs = Pick<ModelSignature, 'outputs' | 'classes'>;

/** Outputs of a baseline that answers for a version that is not loaded. */
const plainOutputs: Outputs = {
  classes: [],
  outputs: [
    { name: 'label', dtype: 'BYTES', shape: [-1], role: 'label' },
    { name: 'value', dtype: 'FP64', shape: [-1], role: 'value' },
  ],
};

/** The body of an inference response. Errors: `InvalidInput` for an output that the model does not have. */
export function inferResponse(
  answer: PredictAnswer,
  asked: { readonly model: string; readonly id: string | null; readonly outputs: readonly string[] | null },
): object {
  const predictions = answer.rows.map(({ prediction }) => prediction);
  const signature = answer.signature ?? plainOutputs;
  const ids = answer.rows.map(({ predictionId }) => predictionId);
  return {
    model_name: asked.model,
    model_version: String(answer.version.version),
    ...(asked.id === null ? {} : { id: asked.id }),
    parameters: {
      prediction_id: ids[0],
      ...(ids.length > 1 ? { prediction_ids: ids.join(',') } : {}),
      arm: answer.arm,
      fallback: answer.fallback,
    },
    outputs: wanted(signature.outputs, asked.outputs).flatMap(
      (output) => tensorOf(output, signature, predictions) ?? [],
    ),
  };
}

function wanted(declared: readonly SignatureOutput[], names: readonly string[] | null): readonly SignatureOutput[] {
  if (names === null) return declared;
  return names.map((name) => {
    const output = declared.find((candidate) => candidate.name === name);
    if (output !== undefined) return output;
    throw new LaurelError(
      'InvalidInput',
      `There is no output ${name}; there are ${declared.map((one) => one.name).join(', ')}.`,
    );
  });
}

/** The tensor of one output, or `undefined` where the answer (a baseline's) does not say it. */
function tensorOf(
  { name, dtype, role, shape }: SignatureOutput,
  { classes }: Outputs,
  predictions: readonly Prediction[],
): TensorJson | undefined {
  const data = predictions.flatMap((prediction) => cellsOf(prediction, { role, dtype }, classes));
  if (data.some((cell) => cell === null)) return undefined;
  return { name, datatype: dtype, shape: [predictions.length, ...widthsOf({ role, shape }, classes)], data };
}

function cellsOf(
  { label, value, probabilities }: Prediction,
  { role, dtype }: Pick<SignatureOutput, 'role' | 'dtype'>,
  classes: readonly string[],
): readonly (string | number | null)[] {
  if (role === 'value') return [value];
  if (role === 'probabilities') return probabilities ?? [null];
  return [dtype === 'BYTES' || label === null ? label : classes.indexOf(label)];
}

function widthsOf(
  { role, shape }: Pick<SignatureOutput, 'role' | 'shape'>,
  classes: readonly string[],
): readonly number[] {
  return role === 'probabilities' ? [classes.length] : shape.slice(1);
}
