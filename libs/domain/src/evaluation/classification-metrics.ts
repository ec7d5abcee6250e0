import { calibrationError } from './calibration.js';
import { type Confusion, confusionOf } from './confusion.js';
import { type EvaluationInput, type Frame, onesOf } from './evaluation-rows.js';
import { type LabelledRows, labelRows } from './labelled-rows.js';
import type { MetricValues } from './metric-names.js';
import { areasOf, type Ranking, rank } from './ranking.js';

/**
 * Metrics of a classification. Binary: precision, recall, F1, areas and Brier are of the positive class. Several
 * classes: precision, recall and F1 are means over the classes that occur, areas are means of one class against the
 * rest, and Brier is the sum over classes. Values agree with scikit-learn.
 */
export function classificationMetrics(input: EvaluationInput): MetricValues {
  return classificationFrame(input).measure(onesOf(input.rows.truth.length));
}

/** Prepares a classification for many weightings. */
export function classificationFrame(input: EvaluationInput): Frame<MetricValues> {
  const labelled = labelRows(input);
  const rankings = rankingsOf(labelled);
  return {
    rows: labelled.n,
    measure: (weights) => {
      const confusion = confusionOf(labelled, weights);
      if (confusion.total === 0) return {};
      return defined({
        ...labelMetrics(labelled, confusion),
        ...areaMetrics(rankings, weights),
        ...probabilityMetrics(labelled, weights),
      });
    },
  };
}

type Maybe = { readonly [metric in keyof MetricValues]: number | null };

function labelMetrics({ classes, positive }: LabelledRows, confusion: Confusion): Maybe {
  const { byTruth, byPrediction, counts, total } = confusion;
  const size = classes.length;
  const hits = classes.map((_, index) => counts[index * size + index] ?? 0);
  const recalls = classes.flatMap((_, i) => ((byTruth[i] ?? 0) > 0 ? [(hits[i] ?? 0) / (byTruth[i] ?? 1)] : []));
  const accuracy = hits.reduce((sum, hit) => sum + hit, 0) / total;
  const base = { accuracy, balancedAccuracy: mean(recalls) };
  const ofClass = (i: number) => {
    const [hit, actual, said] = [hits[i] ?? 0, byTruth[i] ?? 0, byPrediction[i] ?? 0];
    return { precision: ratio(hit, said), recall: ratio(hit, actual), f1: ratio(2 * hit, said + actual) };
  };
  if (positive !== null) return { ...base, ...ofClass(positive) };
  const seen = classes.flatMap((_, i) => ((byTruth[i] ?? 0) + (byPrediction[i] ?? 0) > 0 ? [ofClass(i)] : []));
  const macro = (name: 'precision' | 'recall' | 'f1') => mean(seen.map((values) => values[name] ?? 0));
  return { ...base, precision: macro('precision'), recall: macro('recall'), f1: macro('f1') };
}

function areaMetrics(rankings: readonly Ranking[], weights: ArrayLike<number>): Maybe {
  const areas = rankings.map((ranking) => areasOf(ranking, weights));
  return {
    rocAuc: meanOfAll(areas.map(({ rocAuc }) => rocAuc)),
    prAuc: meanOfAll(areas.map(({ averagePrecision }) => averagePrecision)),
  };
}

function probabilityMetrics({ scored }: LabelledRows, weights: ArrayLike<number>): Maybe {
  if (scored === null) return {};
  return {
    logLoss: weightedMean(scored.logLoss, weights),
    brier: weightedMean(scored.brier, weights),
    expectedCalibrationError: calibrationError(scored, weights),
  };
}

function rankingsOf({ scored, known, positive, truth, n }: LabelledRows): readonly Ranking[] {
  if (scored === null) return [];
  const ranked = positive === null ? Array.from({ length: known }, (_, index) => index) : [positive];
  return ranked.map((index) => {
    const score = Float64Array.from({ length: n }, (_, row) => scored.probabilities[row * known + index] ?? 0);
    return rank(score, (row) => truth[row] === index);
  });
}

function weightedMean(values: Float64Array, weights: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row += 1) {
    const weight = weights[row] ?? 0;
    sum += weight * (values[row] ?? 0);
    total += weight;
  }
  return sum / total;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of values that are all defined; `null` if one is not. */
function meanOfAll(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === values.length ? mean(present) : null;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function defined(values: Maybe): MetricValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as MetricValues;
}
