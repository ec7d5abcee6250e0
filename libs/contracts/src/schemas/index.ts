export {
  type ComparisonQuery,
  comparisonQuery,
  type ReleaseNotesView,
  releaseNotesBody,
  releaseNotesView,
  type VersionComparisonView,
  versionComparison,
} from './api-cards.js';
export { type CircumstancesView, circumstancesView, type RepetitionView, repetitionView } from './api-circumstances.js';
export {
  digest,
  listOf,
  nameParameter,
  numberParameter,
  type PageQuery,
  type Problem,
  pageOf,
  pageQuery,
  problem,
  registeredNameParameter,
  runIdParameter,
  timestamp,
  versionRef,
} from './api-common.js';
export {
  type ContentQuery,
  contentQuery,
  type DatasetDiff,
  type DiffQuery,
  datasetDiff,
  diffQuery,
} from './api-datasets.js';
export {
  cleared,
  type EndpointAnswer,
  endpointView,
  type RolledBack,
  reasonText,
  rollBackBody,
  rolledBack,
  type SplitView,
  splitHistoryItem,
  splitHistoryQuery,
  splitView,
  trafficPoint,
  trafficQuery,
} from './api-endpoints.js';
export { type LineageView, lineageView, predictionIdParameter } from './api-lineage.js';
export {
  type AuditVerification,
  apiKeyCreated,
  apiKeyView,
  apiRoles,
  auditEvent,
  auditExportQuery,
  auditVerification,
  createApiKeyBody,
  type EventView,
  eventList,
  eventsQuery,
  eventView,
  type FeedbackBody,
  type FeedbackCounts,
  feedbackBody,
  feedbackCounts,
  health,
  identity,
  readiness,
} from './api-operations.js';
export { type PackageVerificationView, packageFileQuery, packageVerification } from './api-packages.js';
export {
  type ProjectRunAccepted,
  projectRunAccepted,
  type RunProjectBody,
  runProjectBody,
} from './api-project-runs.js';
export {
  type AppliedProject,
  type ApplyProjectBody,
  appliedProject,
  applyProjectBody,
  type ProjectSummaryView,
  type ProjectView,
  projectSummary,
  projectView,
  type RunAccepted,
  type RunLogView,
  type RunView,
  runAccepted,
  runLog,
  runLogQuery,
  runView,
  type TriggerRunBody,
  triggerRunBody,
} from './api-projects.js';
export {
  type DatasetSummary,
  type DatasetView,
  datasetSummary,
  datasetView,
  type ModelSummary,
  modelSummary,
  type VersionView,
  versionView,
} from './api-registry.js';
export {
  type ApprovalGranted,
  type ApproveBody,
  approvalGranted,
  approvalsQuery,
  approvalView,
  approveBody,
  type EvidenceView,
  evidenceView,
  type PromotionStanding,
  promotionStanding,
  type RolloutAccepted,
  type RolloutOrder,
  type RolloutOrderBody,
  type RolloutOrdered,
  type RolloutOrderPath,
  type RolloutOutcomeView,
  type RolloutView,
  rolloutAccepted,
  rolloutIdText,
  rolloutOrderBody,
  rolloutOrdered,
  rolloutOrderParameter,
  rolloutOrderPath,
  rolloutOrders,
  rolloutOutcome,
  rolloutTargetParameter,
  rolloutView,
  startRolloutBody,
} from './api-rollouts.js';
export {
  type StartSweepBody,
  type SweepAccepted,
  type SweepResultsView,
  type SweepView,
  startSweepBody,
  sweepAccepted,
  sweepResults,
  sweepView,
  type TrialView,
  trialParameter,
  trialView,
} from './api-sweeps.js';
export {
  type AttemptView,
  attemptView,
  metricsQuery,
  type RunMetricsView,
  type RunProgressView,
  runMetrics,
  runProgress,
} from './api-training.js';
export {
  type RedeliverBody,
  type RegisterWebhookBody,
  redeliverBody,
  registerWebhookBody,
  type WebhookDeliveryView,
  type WebhookRedelivered,
  type WebhookTested,
  type WebhookView,
  webhookDeliveryView,
  webhookParameter,
  webhookRedelivered,
  webhookTested,
  webhookView,
} from './api-webhooks.js';
export { evaluationMetricsOf, fairnessMetrics } from './evaluation-metrics.js';
export { parseInferenceService } from './inference-service.js';
export { kubernetesSettingsSchema, parseKubernetesSettings } from './kubernetes-settings.js';
export {
  knownFlavors,
  type Mlmodel,
  type MlmodelColumn,
  type MlmodelFlavor,
  type ParsedMlmodel,
  parseMlmodel,
  signatureColumns,
} from './mlmodel.js';
export { parseMlproject, parseProgramEnvironment } from './mlproject.js';
export { type ParsedModelTests, parseModelTests, usualModelTests } from './parse-model-tests.js';
export { type ParsedProject, parseProject } from './parse-project.js';
export { type DeclaredProject, projectJsonSchema, projectSchema } from './project.js';
export { usualPrimary } from './project-defaults.js';
export type { ProjectProblem } from './project-problem.js';
export { type UnstorableText, unstorableText } from './unstorable-text.js';
