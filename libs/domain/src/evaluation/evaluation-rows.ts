import type { Prediction } from '../observation/prediction.js';
import type { Task } from '../project/project-spec.js';

/** Truth and prediction of the same rows, in the same order. Truth is a class name, or a number for a regression. */
export interface EvaluationRows {
  readonly truth: readonly (string | number | boolean)[];
  readonly predictions: readonly Prediction[];
}

/** Rows and what their values mean. */
export interface EvaluationInput {
  readonly task: Task;
  /** Classes in the order of the probabilities; empty for a regression. */
  readonly classes: readonly string[];
  /** The positive class of a binary task; `null` means the last of `classes`. */
  readonly positive: string | null;
  readonly rows: EvaluationRows;
}

/** Rows prepared once so that any weighting of them is measured in one pass. */
export interface Frame<Values> {
  readonly rows: number;
  /** Metrics with row i counted `weights[i]` times. */
  measure(weights: ArrayLike<number>): Values;
}

/** Throws `RangeError` unless every row has both truth and prediction. */
export function requirePairs({ truth, predictions }: EvaluationRows): void {
  if (truth.length === predictions.length) return;
  throw new RangeError(
    `${truth.length} rows have a truth and ${predictions.length} a prediction; they must be the same rows`,
  );
}

/** Every row once. */
export function onesOf(rows: number): Uint32Array {
  return new Uint32Array(rows).fill(1);
}
