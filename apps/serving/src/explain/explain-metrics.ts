import type { Meter } from '@laurel/telemetry';
import type { ExplainOutcome } from './explainer.js';

const secondsBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Registers the metrics of explanations; gives what counts one. */
export function createExplainMetrics(meter: Meter): (outcome: ExplainOutcome) => void {
  const labels = ['endpoint', 'version'];
  const requests = meter.counter('laurel_explanations_total', 'Requests to explain predictions', [...labels, 'status']);
  const seconds = meter.histogram('laurel_explanation_duration_seconds', 'Time from parsed request to explanation', {
    labels,
    buckets: secondsBuckets,
  });
  return ({ endpoint, version, status, milliseconds }) => {
    requests.inc({ endpoint, version, status });
    seconds.observe({ endpoint, version }, milliseconds / 1000);
  };
}
