import type { Row } from '../data/row.js';
import type { Prediction } from '../observation/prediction.js';
import { type CheckName, type CheckResult, checked, measureText } from './check.js';

/** Largest absolute difference between two answers to the same rows; relative above 1 for regressions of large scale. */
export function answerDifference(one: readonly Prediction[], other: readonly Prediction[]): number {
  if (one.length !== other.length) return Number.POSITIVE_INFINITY;
  return one.reduce((largest, prediction, row) => Math.max(largest, differenceOf(prediction, other[row])), 0);
}

function differenceOf(one: Prediction, other: Prediction | undefined): number {
  if (other === undefined) return Number.POSITIVE_INFINITY;
  if (one.value !== null) {
    const value = other.value ?? Number.POSITIVE_INFINITY;
    return Math.abs(one.value - value) / Math.max(1, Math.abs(value));
  }
  if (one.probabilities === null) return one.label === other.label ? 0 : 1;
  return Math.max(
    0,
    ...one.probabilities.map((share, index) =>
      Math.abs(share - (other.probabilities?.[index] ?? Number.POSITIVE_INFINITY)),
    ),
  );
}

/** The rows of `validation_predictions.parquet` as answers: columns `value`, or `p_0`, `p_1`, … in the order of the classes. */
export function trainerAnswers(rows: readonly Row[], classes: readonly string[]): readonly Prediction[] {
  const number = (row: Row, column: string) => {
    const cell = row[column];
    return typeof cell === 'number' ? cell : Number.POSITIVE_INFINITY;
  };
  return rows.map((row) =>
    classes.length === 0
      ? { label: null, probabilities: null, value: number(row, 'value') }
      : { label: null, probabilities: classes.map((_, index) => number(row, `p_${index}`)), value: null },
  );
}

/** Two ways of asking the same model give the same answers. `who` and `like` are clauses that name the two. */
export function agreementCheck(
  name: CheckName,
  asked: {
    readonly found: readonly Prediction[];
    readonly wanted: readonly Prediction[];
    readonly tolerance: number;
    readonly like: string;
  },
): CheckResult {
  const { found, wanted, tolerance, like } = asked;
  const expected = `the answers of ${like} within ${tolerance} on ${wanted.length} rows`;
  if (found.length !== wanted.length) return checked(name, { expected, found: `${found.length} answers` });
  const difference = answerDifference(found, wanted);
  if (difference <= tolerance) return checked(name, null);
  return checked(name, {
    expected,
    found: Number.isFinite(difference)
      ? `a difference of ${measureText(difference)}`
      : 'rows without a number to compare',
  });
}
