export {
  bernoulliSequence,
  logBernoulliEvidence,
  type SequenceTuning,
  shareExcessP,
  sharesExcessP,
  type TwoShares,
} from './bernoulli-sequence.js';
export { type BetaBinomialTuning, logBetaBinomialMixture } from './beta-binomial-mixture.js';
export { percentileInterval, resample, sampleQuantile } from './bootstrap.js';
export { brentRoot, type RootSearch } from './brent.js';
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
} from './confidence-sequence.js';
export { fiveByTwoT, type HalfDifferences } from './cross-validation-t.js';
export { type Cuped, cuped, type PairedSums } from './cuped.js';
export {
  binomialCdf,
  chiSquareSf,
  logNormalCdf,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTSf,
  studentTTwoSided,
} from './distributions.js';
export { drawBinomial, drawGamma, drawNormal } from './draws.js';
export { cohensD, commonLanguageEffect, meanRatio } from './effect-size.js';
export { conditionalPower, type Standing } from './futility.js';
export { type GammaTuning, logGammaExponentialMixture, logGammaPoissonMixture } from './gamma-mixtures.js';
export {
  type ClassicalPlan,
  classicalBoundaries,
  crossingChance,
  type Sided,
  type SpendingPlan,
  spendingBoundaries,
} from './group-sequential.js';
export { type Interval, newcombe, type Proportion, wilson } from './intervals.js';
export { type KayentaSettings, kayentaClassify, kayentaSettings } from './kayenta/classify.js';
export { type KayentaConfig, type KayentaJudgement, kayentaJudge } from './kayenta/judge.js';
export {
  type KayentaClassification,
  type KayentaEffectSize,
  type KayentaLabel,
  type KayentaMetricConfig,
  type KayentaValues,
  kayentaLabels,
} from './kayenta/metric.js';
export { fences } from './kayenta/prepare.js';
export {
  type KayentaGroupScore,
  type KayentaScore,
  type KayentaScored,
  kayentaScore,
} from './kayenta/score.js';
export { type MannWhitney, mannWhitney, type Shift, shiftOf, standardised } from './mann-whitney.js';
export { exactBelow, type McNemar, mcnemar, mcnemarChiSquare, mcnemarExactP } from './mcnemar.js';
export { mixtureBound } from './mixture-bound.js';
export { alwaysValidP, type EqualArms, logMixtureRatio } from './msprt.js';
export {
  benjaminiHochberg,
  familyWiseError,
  holm,
  intersectionUnion,
  powerForAll,
} from './multiple-testing.js';
export {
  bestRho,
  bestRhoOneSided,
  logNormalMixture,
  logNormalMixtureOneSided,
  type Mixed,
  type MixedBound,
  normalMixtureBound,
  normalMixtureBoundOneSided,
} from './normal-mixture.js';
export { nonInferiorityP, type PairedT, pairedT } from './paired-t.js';
export { type Drawing, type Permutation, permutationTest, signFlipTest } from './permutation.js';
export {
  type CumulativeCounts,
  type QuantileComparison,
  quantileDifferenceP,
  quantileExcessP,
} from './quantile-sequence.js';
export { type RandomStream, randomFrom } from './random.js';
export { type Ranking, rankOf } from './ranks.js';
export {
  leastExpected,
  type SampleRatio,
  type SplitCounts,
  sampleRatioAlpha,
  sampleRatioMismatch,
  sampleRatioOverSteps,
} from './sample-ratio.js';
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
} from './sample-size.js';
export {
  logSampleRatioEvidence,
  ratioConcentration,
  sequentialSampleRatioP,
} from './sequential-sample-ratio.js';
export {
  type DiscordantPairs,
  type MarginTest,
  pairedMarginTest,
  shareLimitTest,
  sharesMarginTest,
} from './share-margin.js';
export { betaI, erf, erfc, gammaP, gammaQ, lnGamma } from './special.js';
export { betaIInverse, gammaPInverse, lnBeta } from './special-inverse.js';
export { type Spending, spentBy } from './spending.js';
export { empiricalProcessBound, polyStitchingBound, type Stitching } from './stitching.js';
export { proportionNonInferiority, twoProportionZ, type ZTest } from './two-proportions.js';
export {
  momentsOf,
  momentsOfSums,
  pooledT,
  type SampleMoments,
  type TwoSampleT,
  welchT,
} from './two-sample.js';
export { type SignedRank, wilcoxonSignedRank } from './wilcoxon.js';
export { zeta } from './zeta.js';
