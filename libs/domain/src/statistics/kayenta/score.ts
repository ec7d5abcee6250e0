import type { KayentaClassification, KayentaLabel } from './metric.js';

/** From this share of metrics without data on, in percent, the score is 0. */
const noDataPercent = 50;

export interface KayentaScored extends Pick<KayentaClassification, 'label' | 'critical'> {
  readonly groups: readonly string[];
}

export interface KayentaGroupScore {
  readonly name: string;
  /** 0 to 100; 0 where nothing was scored, which counts as 100 in the summary. */
  readonly score: number;
  readonly hasNoData: boolean;
}

export interface KayentaScore {
  /** 0 to 100, two decimals. */
  readonly score: number;
  readonly groups: readonly KayentaGroupScore[];
  readonly reason: 'criticalFailure' | 'tooMuchWithoutData' | null;
}

const scored: readonly KayentaLabel[] = ['Pass', 'High', 'Low', 'NodataFailMetric'];

/**
 * Kayenta's `WeightedSumScorer`: of each group the share of metrics that pass, of all groups their weighted mean
 * (weights in percent; groups without one share what is left).
 */
export function kayentaScore(
  results: readonly KayentaScored[],
  weights: { readonly [group: string]: number } = {},
): KayentaScore {
  const groups = groupScores(results);
  if (results.some(({ critical, label }) => critical && label !== 'Pass')) {
    return { score: 0, groups, reason: 'criticalFailure' };
  }
  const without = results.filter(({ label }) => label === 'Nodata').length;
  if (!((100 * without) / results.length < noDataPercent)) return { score: 0, groups, reason: 'tooMuchWithoutData' };
  return { score: summaryOf(groups, weights), groups, reason: null };
}

function groupScores(results: readonly KayentaScored[]): KayentaGroupScore[] {
  const names = [...new Set(results.flatMap(({ groups }) => groups))];
  return names.map((name) => {
    const labels = results
      .filter(({ groups, label }) => groups.includes(name) && scored.includes(label))
      .map(({ label }) => label);
    const passed = labels.filter((label) => label === 'Pass').length;
    return { name, score: labels.length === 0 ? 0 : (100 * passed) / labels.length, hasNoData: labels.length === 0 };
  });
}

function summaryOf(groups: readonly KayentaGroupScore[], weights: { readonly [group: string]: number }): number {
  const left = 100 - Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const unweighted = groups.filter(({ name }) => !Object.hasOwn(weights, name)).length;
  const sum = groups.reduce((total, { name, score, hasNoData }) => {
    const weight = Object.hasOwn(weights, name) ? (weights[name] ?? 0) : left / unweighted;
    return total + ((hasNoData ? 100 : score) * weight) / 100;
  }, 0);
  return Math.round(sum * 100) / 100;
}
