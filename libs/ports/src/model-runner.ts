import type { ModelSignature, Prediction, Row, Tensor, TensorSpec } from '@laurel/domain';
import type { VerifiedPackage } from './packages.js';

/** Tensors of one request in the order of the model's inputs, checked. */
export interface Batch {
  /** The common first dimension of all inputs; 1 for a model whose inputs have none. */
  readonly rows: number;
  readonly tensors: readonly Tensor[];
}

/** A loaded, warm model. */
export interface RunnableModel {
  /** What the columns mean; `null` for a bare graph. */
  readonly signature: ModelSignature | null;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** May rows of several requests share a run? Only when every input and output has the rows as its first dimension. */
  readonly sharesRuns: boolean;
  /** Measured time of a warm run of `maximumRows` rows, milliseconds. */
  readonly cost: { readonly maximumRows: number; readonly milliseconds: number };
  /** Runs keep the event loop of this process, or a process of their own. */
  readonly place: 'loop' | 'child';
  /**
   * Turns raw rows into a batch. Errors: `InvalidInput` (a missing required column, a value that cannot be coerced;
   * details name row and column).
   */
  encode(rows: readonly Row[]): Batch;
  /** Checks tensors of a request against the graph. Errors: `InvalidInput` that names the tensor. */
  admit(tensors: readonly Tensor[]): Batch;
  /** Runs one batch; outputs in the order of `outputs`. Errors: `ModelOutputInvalid` (the graph failed), `ModelNotReady`. */
  run(batch: Batch): Promise<readonly Tensor[]>;
  /** Errors: `ModelOutputInvalid` for NaN, infinity, a probability outside 0 to 1, an unknown class, a wrong shape. */
  check(outputs: readonly Tensor[], rows: number): void;
  /** Checked outputs as predictions, one per row; empty for a bare graph. */
  decode(outputs: readonly Tensor[], rows: number): readonly Prediction[];
  /** `encode`, `run` in pieces, `check` and `decode` in one. Errors: theirs. */
  predict(rows: readonly Row[]): Promise<readonly Prediction[]>;
  /** Waits for runs in flight and frees native memory; the model answers no more. */
  release(): Promise<void>;
}

/** Turns a verified package into something that answers. Used alike by evaluation, serving and shadow. */
export interface ModelRunner {
  /**
   * Loads and warms. `aside`: in a process of its own with a low priority, for what must not get in the way of others.
   * Errors: `ModelUnsafe`; for a model in a process of its own also `ModelNotReady` and `DependencyUnavailable`.
   */
  load(verified: VerifiedPackage, options?: { readonly aside?: boolean }): Promise<RunnableModel>;
}

/** Loads a model file in a disposable, resource-limited child before it may be packaged. */
export interface ModelProbe {
  /** `null` probes a bare graph. Errors: `ModelUnsafe`, with the reason in one sentence. */
  probe(model: Uint8Array, signature: ModelSignature | null): Promise<void>;
}
