import type { Meter } from '@laurel/telemetry';
import { exposed } from '../metrics/exposition.js';
import type { PredictionLogState } from './prediction-log.js';

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Counts the writes of the prediction log: give each one's duration in seconds. */
export function createCommitMetric(meter: Meter): (seconds: number) => void {
  const name = 'laurel_prediction_log_commit_seconds';
  const commits = meter.histogram(name, 'Time of a write to the disk that many predictions share', {
    buckets: secondsBuckets,
  });
  return (seconds) => commits.observe(seconds);
}

/** Registers how far the object store is behind, read when somebody asks. */
export function exposeLogState(meter: Meter, stateOf: () => PredictionLogState): void {
  meter.source(() => {
    const { bytes, lagSeconds } = stateOf();
    const gauge = (help: string) => ({ type: 'gauge' as const, help });
    return [
      exposed(
        'laurel_prediction_log_lag_seconds',
        gauge('Age of the oldest prediction that is not in the object store'),
        [{ labels: {}, value: lagSeconds }],
      ),
      exposed('laurel_prediction_log_waiting_bytes', gauge('Predictions in memory and on the disk of this process'), [
        { labels: {}, value: bytes },
      ]),
    ].join('');
  });
}
