import type { TensorSpec } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';

/** A model's configuration in Triton's JSON, with what is true of any model here. A batch size of 0 says that the shapes have the rows. */
export function modelConfig(name: string, { inputs, outputs }: Pick<RunnableModel, 'inputs' | 'outputs'>): object {
  return {
    name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: inputs.map(configTensor),
    output: outputs.map(configTensor),
  };
}

function configTensor({ name, datatype, shape }: TensorSpec): object {
  return { name, data_type: datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`, dims: shape };
}
