import type { Task } from '../project/project-spec.js';
import type { TensorType } from '../tensor/tensor.js';

/** One named input tensor. Its first dimension is the rows; a width above 1 takes a list per row. */
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
