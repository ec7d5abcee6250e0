import { sampleQuantile } from '../bootstrap.js';
import type { KayentaMetricConfig } from './metric.js';

const usualFactor = 3;

/** One arm's values as they are compared: what is no number left out or made 0, outliers left out if asked for. */
export function prepare(
  values: readonly number[],
  { nanStrategy, outliers }: Pick<KayentaMetricConfig, 'nanStrategy' | 'outliers'>,
): readonly number[] {
  const numbers =
    nanStrategy === 'replace'
      ? values.map((value) => (Number.isNaN(value) ? 0 : value))
      : values.filter((value) => !Number.isNaN(value));
  if (outliers?.strategy !== 'remove') return numbers;
  const { low, high } = fences(numbers, { factor: outliers.outlierFactor ?? usualFactor, atLeastPercentiles: true });
  return numbers.filter((value) => value >= low && value <= high);
}

/**
 * Tukey's fences: `factor` times the interquartile range below the first and above the third quartile; with
 * `atLeastPercentiles` no narrower than the first and the 99th percentile, as Kayenta's judge has them.
 */
export function fences(
  values: readonly number[],
  { factor, atLeastPercentiles = false }: { readonly factor: number; readonly atLeastPercentiles?: boolean },
): { readonly low: number; readonly high: number } {
  if (values.length === 0) return { low: -Infinity, high: Infinity };
  const sorted = values.toSorted((a, b) => a - b);
  const [q1, q3] = [sampleQuantile(sorted, 0.25), sampleQuantile(sorted, 0.75)];
  const [low, high] = [q1 - factor * (q3 - q1), q3 + factor * (q3 - q1)];
  if (!atLeastPercentiles) return { low, high };
  return { low: Math.min(sampleQuantile(sorted, 0.01), low), high: Math.max(sampleQuantile(sorted, 0.99), high) };
}
