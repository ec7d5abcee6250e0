export {
  bytesPerElement,
  elementCount,
  emptyData,
  isTensorType,
  type Tensor,
  type TensorData,
  type TensorSpec,
  type TensorType,
  typedArrays,
} from './tensor.js';
