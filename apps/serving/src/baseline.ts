import {
  emptyData,
  type ModelSignature,
  type Prediction,
  type SignatureOutput,
  type Split,
  type Tensor,
} from '@laurel/domain';

/**
 * The constant answer of a split as a prediction: `label`, `value`, and `probability` of the last class, which is the
 * positive one of two. Probabilities need a signature to say how many classes there are. `null` without a baseline.
 */
export function baselinePrediction(
  baseline: Split['baseline'],
  signature: Pick<ModelSignature, 'classes'> | null,
): Prediction | null {
  if (baseline === null) return null;
  const { label, value, probability } = baseline;
  return {
    label: label === undefined ? null : String(label),
    value: typeof value === 'number' ? value : null,
    probabilities: sharesOf({
      classes: signature?.classes ?? [],
      label: label === undefined ? null : String(label),
      probability: typeof probability === 'number' ? probability : null,
    }),
  };
}

function sharesOf(given: {
  readonly classes: readonly string[];
  readonly label: string | null;
  readonly probability: number | null;
}): readonly number[] | null {
  const { classes, label, probability } = given;
  if (classes.length === 0) return null;
  if (classes.length === 2 && probability !== null) return [1 - probability, probability];
  return label !== null && classes.includes(label) ? classes.map((name) => (name === label ? 1 : 0)) : null;
}

/** What a baseline can say where no signature tells the outputs. */
const plainOutputs: Pick<ModelSignature, 'outputs' | 'classes'> = {
  classes: [],
  outputs: [
    { name: 'label', dtype: 'BYTES', shape: [-1], role: 'label' },
    { name: 'value', dtype: 'FP64', shape: [-1], role: 'value' },
  ],
};

/** The constant as output tensors of `rows` rows; what it does not say is left out. */
export function baselineOutputs(
  constant: Prediction,
  signature: Pick<ModelSignature, 'outputs' | 'classes'> | null,
  rows: number,
): readonly Tensor[] {
  const { outputs, classes } = signature ?? plainOutputs;
  return outputs.flatMap((output) => {
    const cells = cellsOf(constant, output, classes);
    if (cells === null) return [];
    const { name, dtype, role, shape } = output;
    const inner = role === 'probabilities' ? [cells.length] : shape.slice(1);
    const data = emptyData(dtype, rows * cells.length) as { [index: number]: string | number | bigint };
    for (let index = 0; index < rows * cells.length; index++) data[index] = cells[index % cells.length] as string;
    return [{ name, datatype: dtype, shape: [rows, ...inner], data: data as Tensor['data'] }];
  });
}

function cellsOf(
  { label, value, probabilities }: Prediction,
  { role, dtype }: SignatureOutput,
  classes: readonly string[],
): readonly (string | number | bigint)[] | null {
  if (role === 'value') return value === null ? null : [value];
  if (role === 'probabilities') return probabilities;
  if (label === null) return null;
  if (dtype === 'BYTES') return [label];
  return [dtype === 'INT64' ? BigInt(classes.indexOf(label)) : classes.indexOf(label)];
}
