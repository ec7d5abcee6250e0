import { percentileInterval, resample } from '../statistics/bootstrap.js';
import { randomFrom } from '../statistics/random.js';
import { classificationFrame } from './classification-metrics.js';
import type { Estimate, EvaluationSummary } from './evaluation.js';
import { type EvaluationInput, type Frame, onesOf } from './evaluation-rows.js';
import { type EvaluationMetricName, evaluationMetricsOf, type MetricValues } from './metric-names.js';
import { regressionFrame } from './regression-metrics.js';

export interface SummariseInput extends EvaluationInput {
  readonly seed: number;
  /** Bootstrap replicates; the intervals' ends are steady to about a tenth of their width from 200 on. */
  readonly replicates: number;
}

/**
 * Every metric with its 95 % percentile bootstrap interval over rows. The same rows and seed give the same numbers. A
 * metric that is undefined on the rows is absent; replicates in which it is undefined do not count.
 */
export function summarise(input: SummariseInput): EvaluationSummary {
  const frame = frameOf(input);
  const point = frame.measure(onesOf(frame.rows));
  const replicates = replicatesOf(frame, input);
  const entries = evaluationMetricsOf[input.task].flatMap((metric): [EvaluationMetricName, Estimate][] => {
    const value = point[metric];
    if (value === undefined) return [];
    const drawn = replicates.map((values) => values[metric]).filter((drawn) => drawn !== undefined);
    const { low, high } = percentileInterval(drawn) ?? { low: value, high: value };
    return [[metric, { value, low, high }]];
  });
  return Object.fromEntries(entries);
}

/** Prepares rows of any task for many weightings. */
export function frameOf(input: EvaluationInput): Frame<MetricValues> {
  return input.task === 'regression' ? regressionFrame(input.rows) : classificationFrame(input);
}

function replicatesOf(frame: Frame<MetricValues>, { seed, replicates }: SummariseInput): readonly MetricValues[] {
  const random = randomFrom(seed);
  const counts = new Uint32Array(frame.rows);
  return Array.from({ length: replicates }, () => {
    resample(counts, random);
    return frame.measure(counts);
  });
}
