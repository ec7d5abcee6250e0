/** How a metric is judged; names and defaults of Kayenta's `analysisConfigurations.canary`. */
export interface KayentaMetricConfig {
  readonly name: string;
  readonly groups: readonly string[];
  /** Which change is bad; `either` by default. */
  readonly direction?: 'increase' | 'decrease' | 'either';
  /** What becomes of values that are no number: left out (the default), or 0. */
  readonly nanStrategy?: 'remove' | 'replace';
  /** If it does not pass, the whole score is 0. */
  readonly critical?: boolean;
  /** Without data it counts as failed. */
  readonly mustHaveData?: boolean;
  /** Classified but not scored. */
  readonly muted?: boolean;
  readonly effectSize?: KayentaEffectSize;
  readonly outliers?: { readonly strategy: 'keep' | 'remove'; readonly outlierFactor?: number };
}

/** Changes that are let pass; the default of each is 1 for `meanRatio`, 0.5 for `cles`. */
export interface KayentaEffectSize {
  readonly measure?: 'meanRatio' | 'cles';
  readonly allowedIncrease?: number;
  readonly allowedDecrease?: number;
  readonly criticalIncrease?: number;
  readonly criticalDecrease?: number;
}

export const kayentaLabels = ['Pass', 'High', 'Low', 'Nodata', 'NodataFailMetric', 'Error'] as const;
export type KayentaLabel = (typeof kayentaLabels)[number];

/** Values of one metric over time, of both arms; NaN where a point is missing. */
export interface KayentaValues {
  readonly control: readonly number[];
  readonly experiment: readonly number[];
}

export interface KayentaClassification {
  readonly label: KayentaLabel;
  /** Whether it makes the whole score 0. */
  readonly critical: boolean;
  /** Mean of the experiment over mean of the control; NaN where one is zero, 1 where nothing was compared. */
  readonly deviation: number;
}
