import type { Digest } from '../ids.js';

/** A point estimate with a percentile bootstrap interval at 95 %. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Metric name to estimate, for one set of rows. A metric that is undefined there is absent. */
export interface EvaluationSummary {
  readonly [metric: string]: Estimate;
}

export interface SliceResult {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
  readonly metrics: { readonly [metric: string]: number };
}

export interface FairnessResult {
  readonly column: string;
  /** Largest difference between groups in the share predicted positive. */
  readonly demographicParityDifference: number;
  /** Larger of the largest differences in true-positive and false-positive rates. */
  readonly equalizedOddsDifference: number;
  readonly groups: readonly {
    readonly value: string;
    readonly rows: number;
    readonly positiveRate: number;
    readonly truePositiveRate: number | null;
    readonly falsePositiveRate: number | null;
  }[];
}

/** Champion and challenger on the same rows. */
export interface PairedComparison {
  readonly champion: Digest;
  /** What is compared per row. */
  readonly metric: string;
  readonly rows: number;
  /** Mean of challenger minus champion, per row; positive means the challenger is better. */
  readonly meanDifference: number;
  /** `null` when every row differs by the same amount. */
  readonly pairedT: {
    readonly statistic: number;
    readonly degreesOfFreedom: number;
    readonly pValue: number;
    readonly standardError: number;
  } | null;
  readonly mcnemar: { readonly championOnly: number; readonly challengerOnly: number; readonly pValue: number } | null;
}

export interface GateResult {
  readonly gate: string;
  readonly state: 'pass' | 'fail' | 'error';
  readonly observed: number | null;
  readonly bound: number | null;
  readonly message: string;
}

export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly meanPredicted: number;
  readonly observedRate: number;
}

/** Everything measured about one version on the holdout. */
export interface EvaluationReport {
  readonly rows: number;
  readonly summary: EvaluationSummary;
  readonly slices: readonly SliceResult[];
  readonly fairness: readonly FairnessResult[];
  readonly calibration: readonly CalibrationBin[];
  readonly confusion: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] } | null;
  readonly comparison: PairedComparison | null;
  readonly gates: readonly GateResult[];
  readonly gatesPassed: boolean;
}
