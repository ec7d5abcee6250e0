import { type EvaluationInput, onesOf } from './evaluation-rows.js';
import { type LabelledRows, labelRows } from './labelled-rows.js';

/** Weighted counts: `counts[truth * classes + predicted]`, and the sums by truth and by prediction. */
export interface Confusion {
  readonly counts: Float64Array;
  readonly byTruth: Float64Array;
  readonly byPrediction: Float64Array;
  readonly total: number;
}

/** The confusion matrix: `counts[i][j]` rows of class i were predicted as class j. */
export function confusionMatrix(input: EvaluationInput): {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
} {
  const labelled = labelRows(input);
  const { classes } = labelled;
  const { counts } = confusionOf(labelled, onesOf(labelled.n));
  const rows = classes.map((_, i) => Array.from(counts.subarray(i * classes.length, (i + 1) * classes.length)));
  return { classes, counts: rows };
}

/** Counts with row i counted `weights[i]` times. A row without a known prediction counts for its truth only. */
export function confusionOf({ n, classes, truth, predicted }: LabelledRows, weights: ArrayLike<number>): Confusion {
  const size = classes.length;
  const counts = new Float64Array(size * size);
  const byTruth = new Float64Array(size);
  const byPrediction = new Float64Array(size);
  let total = 0;
  for (let row = 0; row < n; row += 1) {
    const weight = weights[row] ?? 0;
    const [actual, said] = [truth[row] ?? 0, predicted[row] ?? -1];
    total += weight;
    byTruth[actual] = (byTruth[actual] ?? 0) + weight;
    if (said < 0) continue;
    byPrediction[said] = (byPrediction[said] ?? 0) + weight;
    counts[actual * size + said] = (counts[actual * size + said] ?? 0) + weight;
  }
  return { counts, byTruth, byPrediction, total };
}
