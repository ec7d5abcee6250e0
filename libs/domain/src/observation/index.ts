export {
  countOf,
  type LatencyHistogram,
  lastLatencyBucket,
  latencyBucket,
  meanOf,
  mergeHistograms,
  quantileOf,
} from './latency-histogram.js';
export { type LogPartition, logFolder, logPartitionFolder, logPartitionOf } from './log-partition.js';
export type { ArmSums, Feedback, Prediction, PredictionRecord, ServedArm } from './prediction.js';
export { type GivenByRole, predictionOf } from './prediction-of.js';
