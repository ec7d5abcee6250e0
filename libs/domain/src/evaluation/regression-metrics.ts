import { type EvaluationRows, type Frame, onesOf, requirePairs } from './evaluation-rows.js';
import type { MetricValues } from './metric-names.js';

/** Metrics of a regression; `r2` is absent when the truth does not vary. Values agree with scikit-learn. */
export function regressionMetrics(rows: EvaluationRows): MetricValues {
  return regressionFrame(rows).measure(onesOf(rows.truth.length));
}

/** Prepares a regression for many weightings. Throws `RangeError` for a row whose truth or prediction is no number. */
export function regressionFrame(rows: EvaluationRows): Frame<MetricValues> {
  const { truth, predicted } = numbersOf(rows);
  return { rows: truth.length, measure: (weights) => measure(truth, predicted, weights) };
}

/** Truth and predicted values as numbers. */
export function numbersOf(rows: EvaluationRows): { readonly truth: Float64Array; readonly predicted: Float64Array } {
  requirePairs(rows);
  const truth = Float64Array.from(rows.truth, (value, row) => finite('truth', value, row));
  const predicted = Float64Array.from(rows.predictions, ({ value }, row) => finite('prediction', value, row));
  return { truth, predicted };
}

function measure(truth: Float64Array, predicted: Float64Array, weights: ArrayLike<number>): MetricValues {
  let [total, sum, absolute, squared] = [0, 0, 0, 0];
  for (let row = 0; row < truth.length; row += 1) {
    const weight = weights[row] ?? 0;
    const error = (predicted[row] ?? 0) - (truth[row] ?? 0);
    total += weight;
    sum += weight * (truth[row] ?? 0);
    absolute += weight * Math.abs(error);
    squared += weight * error * error;
  }
  if (total === 0) return {};
  let spread = 0;
  for (let row = 0; row < truth.length; row += 1)
    spread += (weights[row] ?? 0) * ((truth[row] ?? 0) - sum / total) ** 2;
  const errors = { meanAbsoluteError: absolute / total, rootMeanSquaredError: Math.sqrt(squared / total) };
  return spread > 0 ? { ...errors, r2: 1 - squared / spread } : errors;
}

function finite(name: string, value: unknown, row: number): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && value !== '') return number;
  throw new RangeError(`the ${name} of row ${row} is no number: ${String(value)}`);
}
