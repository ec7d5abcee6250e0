import { kayentaClassify } from './classify.js';
import type { KayentaClassification, KayentaMetricConfig, KayentaValues } from './metric.js';
import { type KayentaScore, kayentaScore } from './score.js';

export interface KayentaConfig {
  readonly metrics: readonly KayentaMetricConfig[];
  /** Percent by group. */
  readonly groupWeights?: { readonly [group: string]: number };
  /** Scores from which a canary passes, or is let go on. */
  readonly scoreThresholds: { readonly pass: number; readonly marginal: number };
}

export interface KayentaJudgement extends KayentaScore {
  readonly verdict: 'Pass' | 'Marginal' | 'Fail';
  readonly metrics: readonly (KayentaClassification & { readonly name: string })[];
}

/**
 * Judges a canary as Kayenta's `NetflixACAJudge-v1.0` does (source of spinnaker/kayenta, commit a69573be), for
 * comparison and for configurations brought along: one fixed-sample judgement, without any correction for looking
 * again. A metric of the configuration without values has no data.
 */
export function kayentaJudge(
  config: KayentaConfig,
  values: { readonly [metric: string]: KayentaValues },
): KayentaJudgement {
  const metrics = config.metrics.map((metric) => {
    const seen = Object.hasOwn(values, metric.name) ? values[metric.name] : undefined;
    return { metric, ...kayentaClassify(metric, seen ?? { control: [], experiment: [] }) };
  });
  const counted = metrics.filter(({ metric }) => metric.muted !== true);
  const score = kayentaScore(
    counted.map(({ metric, ...classification }) => ({ ...classification, groups: metric.groups })),
    config.groupWeights,
  );
  const { pass, marginal } = config.scoreThresholds;
  return {
    ...score,
    verdict: score.score >= pass ? 'Pass' : score.score >= marginal ? 'Marginal' : 'Fail',
    metrics: metrics.map(({ metric, ...classification }) => ({ name: metric.name, ...classification })),
  };
}
