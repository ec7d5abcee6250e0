import { normalQuantile } from '../statistics/distributions.js';
import type { RolloutMetricSpec } from './plan.js';

/** Defaults of a metric's plan. */
export const usualAlpha = 0.05;
export const usualPower = 0.95;
export const usualLooks = 10;

/** What one metric may risk. */
export interface MetricRisk {
  /** Level of each of its always-valid tests for harm. */
  readonly harmAlpha: number;
  /** One-sided level of its promotion, over all looks. */
  readonly alpha: number;
  /** Expected statistic of a metric that is what its plan expects, with all information. */
  readonly drift: number;
  readonly looks: number;
}

/**
 * Splits the errors of a plan. Any one harm rolls back, so the tests for harm share their level (union). All metrics must pass,
 * so promotion needs no correction (intersection–union), but the chance to miss is shared. Delivery's usual form: Schultzberg,
 * Ankargren and Frånberg, "Risk-aware product decisions in A/B tests with multiple metrics" (Spotify, 2024).
 */
export function riskOf(spec: RolloutMetricSpec, metrics: Iterable<RolloutMetricSpec>): MetricRisk {
  const all = [...metrics];
  const half = (spec.alpha ?? usualAlpha) / 2;
  const missed = (1 - (spec.power ?? usualPower)) / Math.max(1, all.length);
  return {
    harmAlpha: half / Math.max(1, harmTests(all)),
    alpha: half,
    drift: normalQuantile(1 - half) + normalQuantile(1 - missed),
    looks: spec.looks ?? usualLooks,
  };
}

function harmTests(metrics: readonly RolloutMetricSpec[]): number {
  return metrics.reduce(
    (sum, { margin, hardLimit }) => sum + Number(margin !== undefined) + Number(hardLimit !== undefined),
    0,
  );
}
