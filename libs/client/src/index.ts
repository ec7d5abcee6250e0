export {
  createClient,
  type LaurelClient,
  type ModelMetadata,
  type PredictAnswer,
  type Prediction,
  type PredictOptions,
  type Row,
} from './client.js';
export { type ErrorDetail, LaurelRequestError } from './errors.js';
export type { InferAnswer, InferOptions } from './infer.js';
export {
  type Tensor,
  type TensorData,
  type TensorOf,
  type TensorSource,
  type TensorSpec,
  type TensorType,
  tensor,
} from './tensor.js';
export type { CallOptions, TransportOptions } from './transport.js';
