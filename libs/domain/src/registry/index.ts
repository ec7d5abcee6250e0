export {
  type AliasProblem,
  type AliasRules,
  aliasDecider,
  aliasProblem,
  defaultAliasRules,
} from './aliases.js';
export { type CheckedPath, checkArtifactPath } from './artifact-path.js';
export type { CardBlock, CardField, CardMetadata, CardPlot, CardSection, ModelCard } from './card/card.js';
export type { CardFacts, CardRollout } from './card/card-facts.js';
export { cardMarkdown } from './card/card-markdown.js';
export { modelCard } from './card/model-card.js';
export { registeredCard } from './card/registered-card.js';
export type { RegisteredFacts } from './card/registered-facts.js';
export {
  type CalibrationChange,
  type CodeChange,
  compareVersions,
  type GateChange,
  type VersionComparison,
} from './compare-versions.js';
export { type DataChanges, dataChanges, type MovedColumn } from './data-changes.js';
export { type MetricChange, metricChanges } from './metric-changes.js';
export { modelNameProblem } from './model-name.js';
export {
  type ArtifactOwner,
  type ArtifactPlace,
  artifactPlace,
  artifactUri,
  type ModelSource,
  parseModelSource,
} from './model-source.js';
export type { Alias, Lineage, ModelVersion, Stage } from './model-version.js';
export { nextRegisteredSemver, type RegisteredColumn, type RegisteredInterface } from './registered-semver.js';
export { type FilterComparison, type FilterValue, parseRegistryFilter } from './registry-filter.js';
export { releaseNotes } from './release-notes.js';
export { nextSemver, type Versioned } from './semver.js';
export type {
  ModelSignature,
  OutputRole,
  SignatureInput,
  SignatureOutput,
  TrainerModel,
} from './signature.js';
export {
  type Bump,
  bumpReason,
  changeText,
  type InterfaceChange,
  type InterfaceChangeName,
  interfaceChanges,
} from './signature-changes.js';
export {
  defaultStageRules,
  judgeMove,
  projectStageRules,
  type StageMove,
  type StageRules,
  stageNamed,
  stageRulesProblem,
} from './stages.js';
export { uploadFolder, uploadPartKey, uploadsFolder } from './upload-parts.js';
export type { VersionFacts } from './version-facts.js';
export {
  type Referable,
  readReference,
  resolveReference,
  type VersionReference,
} from './version-reference.js';
