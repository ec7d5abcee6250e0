import type { ModelSignature, Prediction, Row } from '@laurel/domain';
import type { VerifiedPackage } from './packages.js';

/** A loaded, warm model. */
export interface RunnableModel {
  readonly signature: ModelSignature;
  /**
   * Predicts a batch of raw rows. Errors: `InvalidInput` (a missing required column, a value that cannot be coerced;
   * details name row and column), `ModelOutputInvalid` (NaN, infinity, wrong shape).
   */
  predict(rows: readonly Row[]): Promise<readonly Prediction[]>;
  /** Frees native memory; the model answers no more. */
  release(): Promise<void>;
}

/** Turns a verified package into something that answers. Used alike by evaluation, serving and shadow. */
export interface ModelRunner {
  /** Loads and warms. Errors: `ModelUnsafe`. */
  load(verified: VerifiedPackage): Promise<RunnableModel>;
}

/** Loads a model file in a disposable, resource-limited child before it may be packaged. */
export interface ModelProbe {
  /** Errors: `ModelUnsafe`, with the reason in one sentence. */
  probe(model: Uint8Array, signature: ModelSignature): Promise<void>;
}
