import type { CalibrationBin } from './evaluation.js';
import type { EvaluationInput } from './evaluation-rows.js';
import { labelRows, type ScoredRows } from './labelled-rows.js';

/** Number of equally wide bins of predicted probability. */
export const calibrationBinCount = 10;

/** Bins that hold rows, lowest first; empty when the model gives no probabilities. */
export function calibrationBins(input: EvaluationInput): CalibrationBin[] {
  const { scored, n } = labelRows(input);
  if (scored === null) return [];
  const { counts, predicted, observed } = binSums(scored, new Uint32Array(n).fill(1));
  return Array.from(counts).flatMap((count, bin) => {
    if (count === 0) return [];
    const [low, high] = [bin / calibrationBinCount, (bin + 1) / calibrationBinCount];
    return [
      { low, high, count, meanPredicted: (predicted[bin] ?? 0) / count, observedRate: (observed[bin] ?? 0) / count },
    ];
  });
}

/** Expected calibration error: mean over rows of |mean predicted − observed rate| of the row's bin. */
export function calibrationError(scored: ScoredRows, weights: ArrayLike<number>): number {
  const { counts, predicted, observed } = binSums(scored, weights);
  let [gap, total] = [0, 0];
  for (let bin = 0; bin < calibrationBinCount; bin += 1) {
    gap += Math.abs((predicted[bin] ?? 0) - (observed[bin] ?? 0));
    total += counts[bin] ?? 0;
  }
  return gap / total;
}

function binSums({ confidence, outcome }: ScoredRows, weights: ArrayLike<number>) {
  const counts = new Float64Array(calibrationBinCount);
  const predicted = new Float64Array(calibrationBinCount);
  const observed = new Float64Array(calibrationBinCount);
  for (let row = 0; row < confidence.length; row += 1) {
    const weight = weights[row] ?? 0;
    const said = confidence[row] ?? 0;
    const bin = Math.min(calibrationBinCount - 1, Math.max(0, Math.floor(said * calibrationBinCount)));
    counts[bin] = (counts[bin] ?? 0) + weight;
    predicted[bin] = (predicted[bin] ?? 0) + weight * said;
    observed[bin] = (observed[bin] ?? 0) + weight * (outcome[row] ?? 0);
  }
  return { counts, predicted, observed };
}
