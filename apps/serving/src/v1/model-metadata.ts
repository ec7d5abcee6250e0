import type { TensorSpec, TensorType } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { signatureName } from './v1-request.js';

/** TensorFlow's names of the element types. */
const tensorFlowType: { readonly [type in TensorType]: string } = {
  BOOL: 'DT_BOOL',
  UINT8: 'DT_UINT8',
  UINT16: 'DT_UINT16',
  UINT32: 'DT_UINT32',
  UINT64: 'DT_UINT64',
  INT8: 'DT_INT8',
  INT16: 'DT_INT16',
  INT32: 'DT_INT32',
  INT64: 'DT_INT64',
  FP16: 'DT_HALF',
  FP32: 'DT_FLOAT',
  FP64: 'DT_DOUBLE',
  BYTES: 'DT_STRING',
};

/** Model metadata as TensorFlow Serving gives it: one signature, of the method predict. */
export function modelMetadata(
  { name, version }: { readonly name: string; readonly version: number },
  { inputs, outputs }: Pick<RunnableModel, 'inputs' | 'outputs'>,
): object {
  const signature = {
    inputs: tensorInfos(inputs),
    outputs: tensorInfos(outputs),
    method_name: 'tensorflow/serving/predict',
    defaults: {},
  };
  return {
    model_spec: { name, signature_name: '', version: String(version) },
    metadata: { signature_def: { signature_def: { [signatureName]: signature } } },
  };
}

function tensorInfos(specs: readonly TensorSpec[]): object {
  return Object.fromEntries(specs.map(({ name, datatype, shape }) => [name, tensorInfo({ name, datatype, shape })]));
}

function tensorInfo({ name, datatype, shape }: TensorSpec): object {
  const dim = shape.map((size) => ({ size: String(size), name: '' }));
  return { dtype: tensorFlowType[datatype], tensor_shape: { dim, unknown_rank: false }, name };
}
