import { elementCount, type ModelSignature, type TensorType } from '@laurel/domain';

/** The names that onnxruntime gives the element types of the Open Inference Protocol. */
export const ortType = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
} as const satisfies Record<TensorType, string>;

/** The element type that onnxruntime calls `type`; `undefined` for one that the protocol lacks. */
export function tensorTypeOf(type: string): TensorType | undefined {
  return (Object.keys(ortType) as TensorType[]).find((candidate) => ortType[candidate] === type);
}

type Metadata = { readonly name: string; readonly isTensor: boolean; readonly type?: string };

/** What a session says about itself. */
interface SessionFacts {
  readonly inputMetadata: readonly Metadata[];
  readonly outputMetadata: readonly Metadata[];
}

interface Declared {
  readonly name: string;
  readonly dtype: TensorType;
}

/** Values of one row of one input: memory for a batch is taken before the graph is asked. */
const mostColumns = 1_000_000;

/** In which way a model is not what its signature says, or `undefined`. Outputs nobody declared are allowed. */
export function describeMismatch(signature: ModelSignature, facts: SessionFacts): string | undefined {
  const undeclared = facts.inputMetadata.find(({ name }) => !signature.inputs.some((input) => input.name === name));
  if (undeclared !== undefined) return `it takes an input ${undeclared.name} that the signature lacks`;
  const loose = signature.inputs.find(({ shape }) => shape.slice(1).some((dim) => dim < 1));
  if (loose !== undefined) return `its input ${loose.name} has shape [${loose.shape.join(', ')}]; only rows may vary`;
  const vast = signature.inputs.find(
    ({ shape }) => (elementCount(shape.slice(1)) ?? Number.POSITIVE_INFINITY) > mostColumns,
  );
  if (vast !== undefined)
    return `its input ${vast.name} has shape [${vast.shape.join(', ')}], more than ${mostColumns} values a row`;
  return (
    firstMismatch('input', signature.inputs, facts.inputMetadata) ??
    firstMismatch('output', signature.outputs, facts.outputMetadata) ??
    roleProblem(signature)
  );
}

function firstMismatch(
  what: 'input' | 'output',
  declared: readonly Declared[],
  given: readonly Metadata[],
): string | undefined {
  for (const { name, dtype } of declared) {
    const found = given.find((candidate) => candidate.name === name);
    if (found === undefined) return `it has no ${what} ${name}`;
    if (!found.isTensor) return `its ${what} ${name} is not a tensor; convert classifiers with zipmap=False`;
    if (found.type !== ortType[dtype]) return `its ${what} ${name} is ${found.type}, not ${ortType[dtype]}`;
  }
  return undefined;
}

function roleProblem({ task, outputs, classes }: ModelSignature): string | undefined {
  const has = (role: string) => outputs.some((output) => output.role === role);
  if (task === 'regression') return has('value') ? undefined : 'a regression needs an output with the role value';
  if (classes.length < 2) return 'a classification needs at least two classes';
  return has('label') || has('probabilities') ? undefined : 'a classification needs a label or probabilities';
}
