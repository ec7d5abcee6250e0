export { evaluationMetricsOf, fairnessMetricNames as fairnessMetrics } from '@laurel/domain';
