export { bestSoFar, bestTrial, paretoFront } from './best-trials.js';
export { budgetReached, isHopeless, type SweepSpent } from './budget.js';
export { type Dimension, dimensionsOf, gridSize, gridValues, isWithin } from './dimensions.js';
export { type Pruner, type Study, studyOf, type WatchedMetric, watchedMetric } from './study.js';
export type { ParameterImportance, Sweep, SweepStatus } from './sweep.js';
export type {
  ChoiceSpec,
  EarlyStoppingSpec,
  ObjectiveSpec,
  ParameterValue,
  RangeSpec,
  SweepAlgorithm,
  SweepBudget,
  SweepSpec,
  TrainerParameters,
} from './sweep-spec.js';
export { countTrials, type Trial, type TrialCounts, type TrialResult, type TrialState } from './trial.js';
