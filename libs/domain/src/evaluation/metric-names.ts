import type { Goal } from '../project/goal.js';
import type { Task } from '../project/project-spec.js';

const classification = [
  'accuracy',
  'balancedAccuracy',
  'precision',
  'recall',
  'f1',
  'rocAuc',
  'prAuc',
  'logLoss',
  'brier',
  'expectedCalibrationError',
] as const;
const regression = ['meanAbsoluteError', 'rootMeanSquaredError', 'r2'] as const;

export type EvaluationMetricName = (typeof classification)[number] | (typeof regression)[number];

/** Every metric of a holdout that a summary holds and a gate may name. */
export const evaluationMetricNames: readonly EvaluationMetricName[] = [...classification, ...regression];

/** The metrics of each task. */
export const evaluationMetricsOf: { readonly [task in Task]: readonly EvaluationMetricName[] } = {
  binary: classification,
  multiclass: classification,
  regression,
};

const losses: ReadonlySet<string> = new Set<EvaluationMetricName | FairnessMetricName>([
  'logLoss',
  'brier',
  'expectedCalibrationError',
  'meanAbsoluteError',
  'rootMeanSquaredError',
  'demographicParityDifference',
  'equalizedOddsDifference',
]);

/** Which way a metric is better. */
export function goalOf(metric: string): Goal {
  return losses.has(metric) ? 'minimize' : 'maximize';
}

/** Metrics that compare the groups of a sensitive column; of binary tasks only. */
export const fairnessMetricNames = ['demographicParityDifference', 'equalizedOddsDifference'] as const;
export type FairnessMetricName = (typeof fairnessMetricNames)[number];

/** Metrics with a value per row, by which champion and challenger can be compared on the same rows. */
export const pairedMetricNames = ['accuracy', 'logLoss', 'brier', 'meanAbsoluteError'] as const;
export type PairedMetricName = (typeof pairedMetricNames)[number];

/** Metric to value. A metric that is undefined on these rows (no positives, no predicted positives) is absent. */
export type MetricValues = { readonly [metric in EvaluationMetricName]?: number };
