export { agreementCheck, answerDifference, trainerAnswers } from './ci/answers.js';
export {
  type Breach,
  type CheckName,
  type CheckResult,
  type CheckSuite,
  checked,
  checkSuites,
  measureText,
  skipped,
} from './ci/check.js';
export { type DataCheckInput, dataChecks } from './ci/data-checks.js';
export { directionBreach, movedRow } from './ci/direction.js';
export { type DuplicateInput, duplicateChecks, type PartColumns } from './ci/duplicate-rows.js';
export { type FeatureCheckInput, featureChecks } from './ci/feature-checks.js';
export { type GradientFlowReport, gradientFlowBreach } from './ci/gradient-flow.js';
export { invarianceBreach, variedRows } from './ci/invariance.js';
export { type LeakInput, leakChecks } from './ci/leak-checks.js';
export type {
  DataTests,
  DeploymentTests,
  Direction,
  FeatureTests,
  GradientFlow,
  ModelTest,
  ModelTests,
  Quality,
} from './ci/model-tests.js';
export { qualityBreach } from './ci/quality.js';
export { countChecks, summaryText } from './ci/summary.js';
export { findAnomalies } from './data/anomalies.js';
export type { AnomalyInput, DescribedTable } from './data/anomaly-input.js';
export {
  type ColumnDifference,
  diffTables,
  type RowDifference,
  type StatisticDifference,
} from './data/dataset-diff.js';
export type { Cell, Row } from './data/row.js';
export { selectProblem } from './data/select-query.js';
export {
  type Anomaly,
  type ColumnKind,
  type ColumnSchema,
  type ColumnStatistics,
  type ColumnStorage,
  type DatasetContent,
  type DatasetSplit,
  type DatasetVersion,
  maximumCategories,
  type SplitPart,
  type TableSchema,
  type TableStatistics,
} from './data/table.js';
export { type Duration, milliseconds, parseDuration } from './duration.js';
export { calibrationBinCount, calibrationBins } from './evaluation/calibration.js';
export { classificationMetrics } from './evaluation/classification-metrics.js';
export { type CompareInput, compare } from './evaluation/compare.js';
export { confusionMatrix } from './evaluation/confusion.js';
export type {
  CalibrationBin,
  Estimate,
  EvaluationReport,
  EvaluationSummary,
  FairnessResult,
  GateResult,
  PairedComparison,
  SliceResult,
} from './evaluation/evaluation.js';
export type { EvaluationInput, EvaluationRows } from './evaluation/evaluation-rows.js';
export { fairnessOf } from './evaluation/fairness.js';
export { evaluateGates, type GatesInput } from './evaluation/gates.js';
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
} from './evaluation/metric-names.js';
export { regressionMetrics } from './evaluation/regression-metrics.js';
export { type ReportInput, reportOn } from './evaluation/report-on.js';
export { sliceMetrics } from './evaluation/slices.js';
export { type SummariseInput, summarise } from './evaluation/summarise.js';
export { type ExplainChunk, explainChunks } from './explain/chunks.js';
export type { Explanation } from './explain/explanation.js';
export { ExplanationSums } from './explain/explanation-sums.js';
export { type ExplainInput, type ExplainPlan, planExplanation } from './explain/plan.js';
export {
  type ApprovalField,
  type ApprovalForm,
  type ApprovalRules,
  type ApprovalValues,
  type ApproverRole,
  type PromotionWindow,
  type Weekday,
  weekdays,
} from './governance/approval-rules.js';
export { type FormProblem, formProblems } from './governance/form.js';
export { keyNamedBy } from './governance/key-name.js';
export {
  type ApprovalFact,
  expiryOf,
  flawOf,
  type GrantFlaw,
  mayDecide,
  mayPromote,
  type PromotionFacts,
  type PromotionRefusal,
  type PromotionStanding,
} from './governance/may-promote.js';
export { flawTexts, refusalText } from './governance/refusal-text.js';
export {
  deliveryPatienceMilliseconds,
  deliveryPause,
  type WebhookTopic,
  webhookTopicOf,
  webhookTopics,
} from './governance/webhook-topics.js';
export { isOpen, isTimezone, opensAt } from './governance/windows.js';
export { type Digest, isDigest, isName, type Percent, type RunId, type Timestamp, type VersionNumber } from './ids.js';
export { canonicalJson, type Json } from './json.js';
export { type DeclaredEnvironment, type ProgramEnvironment, programEnvironment } from './mlproject/environment.js';
export { innerPath } from './mlproject/inner-path.js';
export {
  type EntryPoint,
  type EnvironmentFile,
  type Mlproject,
  type Read,
  usualEnvironmentFiles,
} from './mlproject/mlproject.js';
export { type ProjectPlan, planProject, projectLabel, projectProgram } from './mlproject/plan.js';
export type { ProjectRun } from './mlproject/project-run.js';
export {
  countOf,
  type LatencyHistogram,
  lastLatencyBucket,
  latencyBucket,
  meanOf,
  mergeHistograms,
  quantileOf,
} from './observation/latency-histogram.js';
export { type LogPartition, logFolder, logPartitionFolder, logPartitionOf } from './observation/log-partition.js';
export type { ArmSums, Feedback, Prediction, PredictionRecord, ServedArm } from './observation/prediction.js';
export { type GivenByRole, predictionOf } from './observation/prediction-of.js';
export type { Goal } from './project/goal.js';
export type {
  CardSpec,
  ChampionGateSpec,
  DataFormat,
  DataSpec,
  EvaluationSpec,
  GateSpec,
  ModelProject,
  MonitorSpec,
  ProjectSpec,
  RolloutSpec,
  ServingSpec,
  SourceSpec,
  SplitSpec,
  StrategyName,
  Task,
  ThresholdGateSpec,
  TrainingResources,
  TrainingSpec,
  TriggerSpec,
  ValidationRule,
} from './project/project-spec.js';
export {
  type AliasProblem,
  type AliasRules,
  aliasDecider,
  aliasProblem,
  defaultAliasRules,
} from './registry/aliases.js';
export { type CheckedPath, checkArtifactPath } from './registry/artifact-path.js';
export type { CardBlock, CardField, CardMetadata, CardPlot, CardSection, ModelCard } from './registry/card/card.js';
export type { CardFacts, CardRollout } from './registry/card/card-facts.js';
export { cardMarkdown } from './registry/card/card-markdown.js';
export { modelCard } from './registry/card/model-card.js';
export { registeredCard } from './registry/card/registered-card.js';
export type { RegisteredFacts } from './registry/card/registered-facts.js';
export {
  type CalibrationChange,
  type CodeChange,
  compareVersions,
  type GateChange,
  type VersionComparison,
} from './registry/compare-versions.js';
export { type DataChanges, dataChanges, type MovedColumn } from './registry/data-changes.js';
export { type MetricChange, metricChanges } from './registry/metric-changes.js';
export { modelNameProblem } from './registry/model-name.js';
export {
  type ArtifactOwner,
  type ArtifactPlace,
  artifactPlace,
  artifactUri,
  type ModelSource,
  parseModelSource,
} from './registry/model-source.js';
export type { Alias, Lineage, ModelVersion, Stage } from './registry/model-version.js';
export { nextRegisteredSemver, type RegisteredColumn, type RegisteredInterface } from './registry/registered-semver.js';
export { type FilterComparison, type FilterValue, parseRegistryFilter } from './registry/registry-filter.js';
export { releaseNotes } from './registry/release-notes.js';
export { nextSemver, type Versioned } from './registry/semver.js';
export type {
  ModelSignature,
  OutputRole,
  SignatureInput,
  SignatureOutput,
  TrainerModel,
} from './registry/signature.js';
export {
  type Bump,
  bumpReason,
  changeText,
  type InterfaceChange,
  type InterfaceChangeName,
  interfaceChanges,
} from './registry/signature-changes.js';
export {
  defaultStageRules,
  judgeMove,
  projectStageRules,
  type StageMove,
  type StageRules,
  stageNamed,
  stageRulesProblem,
} from './registry/stages.js';
export { uploadFolder, uploadPartKey, uploadsFolder } from './registry/upload-parts.js';
export type { VersionFacts } from './registry/version-facts.js';
export {
  type Referable,
  readReference,
  resolveReference,
  type VersionReference,
} from './registry/version-reference.js';
export { type Admission, type AdmissionInput, admit } from './retraining/admit.js';
export { type AssessInput, assess } from './rollout/assess.js';
export { decide, telemetryGapMilliseconds } from './rollout/decide.js';
export type {
  ArmObservation,
  Decision,
  Evidence,
  EvidenceKind,
  Judgement,
  LookInput,
  MetricAssessment,
  MetricState,
  PairObservation,
  PlannedLooks,
  ReasonCode,
  RolloutAction,
  SplitOfEpoch,
  VerdictKind,
} from './rollout/evidence.js';
export { type FreezeWindow, freezeProblem, frozenUntil } from './rollout/freeze.js';
export { hostOf, type RolloutGate } from './rollout/gates.js';
export { decisionFor } from './rollout/guard-only.js';
export { isHardBreach } from './rollout/hard-breach.js';
export type { HeaderMatch, HeaderRoute, HeaderValue } from './rollout/header-route.js';
export { headerRulesOf, routesAfter } from './rollout/header-routes.js';
export { type InterventionKind, rerunProblem, skipProblem } from './rollout/interventions.js';
export { type LookAtInput, lookAt, shadowRequestsMetric } from './rollout/look-at.js';
export {
  type ArmTotal,
  isObservable,
  type LabelTotal,
  type Observed,
  type ObservedArms,
  observeArms,
  type PairedLabels,
} from './rollout/observe.js';
export { explainRollout, type OutcomePoint, type OutcomeSeries, type RolloutOutcome } from './rollout/outcome.js';
export type {
  MetricDirection,
  MetricRole,
  MetricRule,
  NewVersionRule,
  RolloutMetricSpec,
  RolloutPlan,
  RolloutStepSpec,
} from './rollout/plan.js';
export { planOf } from './rollout/plan-of.js';
export { type JudgedPlan, planProblems } from './rollout/plan-problems.js';
export { futilePower, isDue, noLooks, takeLook } from './rollout/planned-looks.js';
export { type RollbackProfile, retreatWeights } from './rollout/retreat.js';
export { type MetricRisk, riskOf, usualAlpha, usualLooks, usualPower } from './rollout/risk.js';
export type { OpenAnalysis, Rollout, RolloutHold, RolloutOutcomeKind, RolloutStatus } from './rollout/rollout.js';
export {
  needsOf,
  type RolloutMetricName,
  type RolloutMetricNeeds,
  rolloutMetricNames,
  rolloutMetricNeeds,
} from './rollout/rollout-metrics.js';
export { describeStep, kindOf, type StepKind, weightAfter } from './rollout/steps.js';
export {
  type AbTestStrategy,
  type BlueGreenStrategy,
  expandStrategy,
  heldUntilSample,
  type LinearStrategy,
  type ShadowOnlyStrategy,
  type Strategy,
  usualShadow,
} from './rollout/strategy.js';
export { Breaker, type BreakerSnapshot, type BreakerState, type Permit } from './serving/breaker.js';
export { type BreakerOutcome, type BreakerPolicy, defaultBreakerPolicy } from './serving/breaker-policy.js';
export {
  type ImportedEndpoint,
  type InferenceServiceManifest,
  importInferenceService,
} from './serving/import-inference-service.js';
export { type ArmBehaviour, type Behaviour, behaviours, usualBehaviour } from './simulation/behaviour.js';
export {
  type ExpectedTraffic,
  forecast,
  type MetricForecast,
  type PlanForecast,
  type StepForecast,
} from './simulation/forecast.js';
export {
  type Effects,
  effectText,
  type Scenario,
  truthOf,
  usualScenarios,
  withEffects,
} from './simulation/scenario.js';
export { type SimulatedRollout, type Simulation, simulateRollout } from './simulation/simulate-rollout.js';
export { type StageShare, StageTraffic, type SyntheticTraffic } from './simulation/stage-traffic.js';
export { type ScenarioResult, type Share, type Spread, simulateScenario, tally } from './simulation/tally.js';
export {
  bernoulliSequence,
  logBernoulliEvidence,
  type SequenceTuning,
  shareExcessP,
  sharesExcessP,
  type TwoShares,
} from './statistics/bernoulli-sequence.js';
export { type BetaBinomialTuning, logBetaBinomialMixture } from './statistics/beta-binomial-mixture.js';
export { percentileInterval, resample, sampleQuantile } from './statistics/bootstrap.js';
export { brentRoot, type RootSearch } from './statistics/brent.js';
export {
  confidenceSequence,
  differenceOfMeans,
  lowerSequenceBound,
  relativeDifference,
  type SampledEstimate,
  type SampleSums,
  type SequenceLevel,
  sequenceExcessP,
  sequenceP,
  sequenceRho,
  varianceOf,
} from './statistics/confidence-sequence.js';
export { fiveByTwoT, type HalfDifferences } from './statistics/cross-validation-t.js';
export { type Cuped, cuped, type PairedSums } from './statistics/cuped.js';
export {
  binomialCdf,
  chiSquareSf,
  logNormalCdf,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTSf,
  studentTTwoSided,
} from './statistics/distributions.js';
export { drawBinomial, drawGamma, drawNormal } from './statistics/draws.js';
export { cohensD, commonLanguageEffect, meanRatio } from './statistics/effect-size.js';
export { conditionalPower, type Standing } from './statistics/futility.js';
export { type GammaTuning, logGammaExponentialMixture, logGammaPoissonMixture } from './statistics/gamma-mixtures.js';
export {
  type ClassicalPlan,
  classicalBoundaries,
  crossingChance,
  type Sided,
  type SpendingPlan,
  spendingBoundaries,
} from './statistics/group-sequential.js';
export { type Interval, newcombe, type Proportion, wilson } from './statistics/intervals.js';
export { type KayentaSettings, kayentaClassify, kayentaSettings } from './statistics/kayenta/classify.js';
export { type KayentaConfig, type KayentaJudgement, kayentaJudge } from './statistics/kayenta/judge.js';
export {
  type KayentaClassification,
  type KayentaEffectSize,
  type KayentaLabel,
  type KayentaMetricConfig,
  type KayentaValues,
  kayentaLabels,
} from './statistics/kayenta/metric.js';
export { fences } from './statistics/kayenta/prepare.js';
export {
  type KayentaGroupScore,
  type KayentaScore,
  type KayentaScored,
  kayentaScore,
} from './statistics/kayenta/score.js';
export { type MannWhitney, mannWhitney, type Shift, shiftOf, standardised } from './statistics/mann-whitney.js';
export { exactBelow, type McNemar, mcnemar, mcnemarChiSquare, mcnemarExactP } from './statistics/mcnemar.js';
export { mixtureBound } from './statistics/mixture-bound.js';
export { alwaysValidP, type EqualArms, logMixtureRatio } from './statistics/msprt.js';
export {
  benjaminiHochberg,
  familyWiseError,
  holm,
  intersectionUnion,
  powerForAll,
} from './statistics/multiple-testing.js';
export {
  bestRho,
  bestRhoOneSided,
  logNormalMixture,
  logNormalMixtureOneSided,
  type Mixed,
  type MixedBound,
  normalMixtureBound,
  normalMixtureBoundOneSided,
} from './statistics/normal-mixture.js';
export { nonInferiorityP, type PairedT, pairedT } from './statistics/paired-t.js';
export { type Drawing, type Permutation, permutationTest, signFlipTest } from './statistics/permutation.js';
export {
  type CumulativeCounts,
  type QuantileComparison,
  quantileDifferenceP,
  quantileExcessP,
} from './statistics/quantile-sequence.js';
export { type RandomStream, randomFrom } from './statistics/random.js';
export { type Ranking, rankOf } from './statistics/ranks.js';
export {
  leastExpected,
  type SampleRatio,
  type SplitCounts,
  sampleRatioAlpha,
  sampleRatioMismatch,
  sampleRatioOverSteps,
} from './statistics/sample-ratio.js';
export {
  type ArmSizes,
  detectableDifference,
  meanSampleSize,
  pairedSampleSize,
  powerOf,
  proportionError,
  proportionSampleSize,
  type TestDesign,
  usualDesign,
} from './statistics/sample-size.js';
export {
  logSampleRatioEvidence,
  ratioConcentration,
  sequentialSampleRatioP,
} from './statistics/sequential-sample-ratio.js';
export {
  type DiscordantPairs,
  type MarginTest,
  pairedMarginTest,
  shareLimitTest,
  sharesMarginTest,
} from './statistics/share-margin.js';
export { betaI, erf, erfc, gammaP, gammaQ, lnGamma } from './statistics/special.js';
export { betaIInverse, gammaPInverse, lnBeta } from './statistics/special-inverse.js';
export { type Spending, spentBy } from './statistics/spending.js';
export { empiricalProcessBound, polyStitchingBound, type Stitching } from './statistics/stitching.js';
export { proportionNonInferiority, twoProportionZ, type ZTest } from './statistics/two-proportions.js';
export {
  momentsOf,
  momentsOfSums,
  pooledT,
  type SampleMoments,
  type TwoSampleT,
  welchT,
} from './statistics/two-sample.js';
export { type SignedRank, wilcoxonSignedRank } from './statistics/wilcoxon.js';
export { zeta } from './statistics/zeta.js';
export { bestSoFar, bestTrial, paretoFront } from './sweep/best-trials.js';
export { budgetReached, isHopeless, type SweepSpent } from './sweep/budget.js';
export { type Dimension, dimensionsOf, gridSize, gridValues, isWithin } from './sweep/dimensions.js';
export { type Pruner, type Study, studyOf, type WatchedMetric, watchedMetric } from './sweep/study.js';
export type { ParameterImportance, Sweep, SweepStatus } from './sweep/sweep.js';
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
} from './sweep/sweep-spec.js';
export { countTrials, type Trial, type TrialCounts, type TrialResult, type TrialState } from './sweep/trial.js';
export {
  bytesPerElement,
  elementCount,
  emptyData,
  isTensorType,
  type Tensor,
  type TensorData,
  type TensorSpec,
  type TensorType,
  typedArrays,
} from './tensor/tensor.js';
export { editDistance, nearest } from './text/nearest.js';
export { hasHiddenCharacters, type ProseBlock, proseBlocks } from './text/prose.js';
export { quoted } from './text/quoted.js';
export { isLongerThan, shortened, trackingLimits } from './tracking/limits.js';
export { trackingNameProblem } from './tracking/names.js';
export { runName } from './tracking/run-name.js';
export { parseFilter } from './tracking/search-filter.js';
export {
  experimentGrammar,
  loggedModelGrammar,
  type Parsed,
  runGrammar,
  type SearchComparator,
  type SearchComparison,
  type SearchEntity,
  type SearchGrammar,
  type SearchOrder,
} from './tracking/search-grammar.js';
export { parseOrder, parseOrders } from './tracking/search-order.js';
export { offsetOf, pageMark } from './tracking/search-page.js';
export { bucketCount, bucketOf, fnv1a32 } from './traffic/bucket.js';
export { chooseArm } from './traffic/choose-arm.js';
export {
  planNeeds,
  type RouterCapabilities,
  type RouterKind,
  type RouterNeeds,
  routerCapabilities,
  routerProblems,
  routingNeeds,
} from './traffic/router.js';
export {
  type GatewayRouterSpec,
  type IstioRouterSpec,
  type KserveRouterSpec,
  type RouterSpec,
  routedHeader,
} from './traffic/router-spec.js';
export { allTo, type ShiftInput, type SplitFrame, saltOf, shift } from './traffic/shift.js';
export type {
  Arm,
  ArmRole,
  BaselineVersion,
  HeaderRule,
  ServingPolicy,
  Split,
  SplitDraft,
  SplitState,
  VersionRef,
} from './traffic/split.js';
export { splitProblems } from './traffic/split-problems.js';
export {
  type AttemptDecision,
  type AttemptEnd,
  type AttemptHistory,
  type AttemptPolicy,
  attemptPolicy,
  firstAttempt,
  nextAttempt,
  pendingMilliseconds,
} from './training/attempts.js';
export { type CheckpointChoice, chooseCheckpoint, type ListedCheckpoint } from './training/checkpoint-choice.js';
export { circumstanceDifferences, type EnvironmentLocks } from './training/circumstance-differences.js';
export type {
  Circumstances,
  Difference,
  Machine,
  MadeCircumstances,
  PlannedCircumstances,
  RanOn,
  Repetition,
  SourceState,
} from './training/circumstances.js';
export { addCost, type Cost, hourlyPrice, type JobUse, type Prices, useOf } from './training/cost.js';
export { type EndCode, type EndRule, endRules } from './training/end-rules.js';
export {
  type LockChanges,
  lockChanges,
  lockLines,
  type Requirements,
  requirementsOf,
} from './training/environment-lock.js';
export { type SignsOfLife, signsAfter, signsAtStart, silentFor } from './training/hang-watch.js';
export type {
  JobData,
  JobOutcome,
  JobProgress,
  JobResources,
  JobSpec,
  OutputManifest,
  Placement,
} from './training/job.js';
export type { EndCause } from './training/job-end.js';
export { memoryBytes, resourcesOf } from './training/job-resources.js';
export { addSample, type Pace, type PaceSample, paceOf } from './training/pace.js';
export { type PredictionColumns, predictionDifference } from './training/prediction-difference.js';
export type { TrainingProgress } from './training/progress.js';
export {
  failureCauses,
  failureIn,
  progressAfter,
  progressAtStart,
  type TrainerFailure,
} from './training/progress-watch.js';
export { repetitionText } from './training/repetition-text.js';
export type { RunKind } from './training/run-kind.js';
