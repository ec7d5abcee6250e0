export { calibrationBinCount, calibrationBins } from './calibration.js';
export { classificationMetrics } from './classification-metrics.js';
export { type CompareInput, compare } from './compare.js';
export { confusionMatrix } from './confusion.js';
export type {
  CalibrationBin,
  Estimate,
  EvaluationReport,
  EvaluationSummary,
  FairnessResult,
  GateResult,
  PairedComparison,
  SliceResult,
} from './evaluation.js';
export type { EvaluationInput, EvaluationRows } from './evaluation-rows.js';
export { fairnessOf } from './fairness.js';
export { evaluateGates, type GatesInput } from './gates.js';
export {
  type EvaluationMetricName,
  evaluationMetricNames,
  evaluationMetricsOf,
  type FairnessMetricName,
  fairnessMetricNames,
  goalOf,
  type MetricValues,
  type PairedMetricName,
  pairedMetricNames,
} from './metric-names.js';
export { regressionMetrics } from './regression-metrics.js';
export { type ReportInput, reportOn } from './report-on.js';
export { sliceMetrics } from './slices.js';
export { type SummariseInput, summarise } from './summarise.js';
