import type { Task } from '../project/project-spec.js';

/** Tensor element types of the Open Inference Protocol that Laurel's models use. */
export type TensorType = 'FP32' | 'FP64' | 'INT64' | 'INT32' | 'BOOL' | 'BYTES';

/** One named input tensor; Laurel's models take one column per input, shape `[-1, 1]`. */
export interface SignatureInput {
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  /** When true, a missing value is allowed. */
  readonly optional: boolean;
}

/** `label`: the predicted class. `probabilities`: one column per class in `classes` order. `value`: a regression. */
export type OutputRole = 'label' | 'probabilities' | 'value';

export interface SignatureOutput {
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly role: OutputRole;
}

/** What a model takes and gives. `classes` are in the order of the probabilities; empty for a regression. */
export interface ModelSignature {
  readonly task: Task;
  readonly inputs: readonly SignatureInput[];
  readonly outputs: readonly SignatureOutput[];
  readonly classes: readonly string[];
}

/** `model.json` as a trainer writes it (`contracts.md` section 2). */
export interface TrainerModel extends ModelSignature {
  readonly framework: string;
  readonly algorithm: string;
  readonly parity: { readonly rows: number; readonly maxAbsDiff: number };
}
