export { agreementCheck, answerDifference, trainerAnswers } from './answers.js';
export {
  type Breach,
  type CheckName,
  type CheckResult,
  type CheckSuite,
  checked,
  checkSuites,
  measureText,
  skipped,
} from './check.js';
export { type DataCheckInput, dataChecks } from './data-checks.js';
export { directionBreach, movedRow } from './direction.js';
export { type DuplicateInput, duplicateChecks, type PartColumns } from './duplicate-rows.js';
export { type FeatureCheckInput, featureChecks } from './feature-checks.js';
export { type GradientFlowReport, gradientFlowBreach } from './gradient-flow.js';
export { invarianceBreach, variedRows } from './invariance.js';
export { type LeakInput, leakChecks } from './leak-checks.js';
export type {
  DataTests,
  DeploymentTests,
  Direction,
  FeatureTests,
  GradientFlow,
  ModelTest,
  ModelTests,
  Quality,
} from './model-tests.js';
export { qualityBreach } from './quality.js';
export { countChecks, summaryText } from './summary.js';
