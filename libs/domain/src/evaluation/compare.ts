import type { Digest } from '../ids.js';
import type { Prediction } from '../observation/prediction.js';
import { mcnemar } from '../statistics/mcnemar.js';
import { pairedT } from '../statistics/paired-t.js';
import type { PairedComparison } from './evaluation.js';
import type { EvaluationInput } from './evaluation-rows.js';
import { labelRows } from './labelled-rows.js';
import type { PairedMetricName } from './metric-names.js';
import { numbersOf } from './regression-metrics.js';

export interface CompareInput extends Omit<EvaluationInput, 'rows'> {
  readonly champion: Digest;
  /** What is compared per row; accuracy, or the absolute error of a regression, when absent. */
  readonly metric?: PairedMetricName;
  readonly truth: EvaluationInput['rows']['truth'];
  readonly championPredictions: readonly Prediction[];
  readonly challengerPredictions: readonly Prediction[];
}

/**
 * Compares two models on the same rows. Losses change their sign, so that positive means the challenger is better.
 * Throws `RangeError` when the models did not answer the same rows, or the metric has no value per row here.
 */
export function compare(input: CompareInput): PairedComparison {
  const metric = input.metric ?? (input.task === 'regression' ? 'meanAbsoluteError' : 'accuracy');
  const champion = gains(input, metric, input.championPredictions);
  const challenger = gains(input, metric, input.challengerPredictions);
  const differences = challenger.map((gain, row) => gain - (champion[row] ?? 0));
  const rows = differences.length;
  const test = pairedT(differences);
  return {
    champion: input.champion,
    metric,
    rows,
    meanDifference: rows === 0 ? 0 : differences.reduce((sum, difference) => sum + difference, 0) / rows,
    pairedT:
      test === null
        ? null
        : {
            statistic: test.statistic,
            degreesOfFreedom: test.degreesOfFreedom,
            pValue: test.pValue,
            standardError: test.standardError,
          },
    mcnemar: metric === 'accuracy' && rows > 0 ? mcnemarOf(differences) : null,
  };
}

function gains(input: CompareInput, metric: PairedMetricName, predictions: readonly Prediction[]): Float64Array {
  const rows = { truth: input.truth, predictions };
  if (input.task === 'regression') {
    if (metric !== 'meanAbsoluteError')
      throw new RangeError(`a regression has no ${metric} per row; compare meanAbsoluteError`);
    const { truth, predicted } = numbersOf(rows);
    return truth.map((value, row) => -Math.abs(value - (predicted[row] ?? 0)));
  }
  const { correct, scored } = labelRows({ ...input, rows });
  if (metric === 'accuracy') return correct;
  const losses = metric === 'meanAbsoluteError' ? undefined : scored?.[metric];
  if (losses === undefined)
    throw new RangeError(`${metric} has no value per row: the model gives no probabilities, or the task has none`);
  return losses.map((loss) => -loss);
}

function mcnemarOf(differences: Float64Array): NonNullable<PairedComparison['mcnemar']> {
  const championOnly = differences.filter((difference) => difference < 0).length;
  const challengerOnly = differences.filter((difference) => difference > 0).length;
  return { championOnly, challengerOnly, pValue: mcnemar({ championOnly, challengerOnly }).pValue };
}
