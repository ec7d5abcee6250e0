import type { Estimate, EvaluationSummary } from '../evaluation/evaluation.js';
import { goalOf } from '../evaluation/metric-names.js';
import type { Goal } from '../project/goal.js';

/** A metric in two versions. */
export interface MetricChange {
  readonly metric: string;
  readonly goal: Goal;
  readonly was: Estimate | null;
  readonly is: Estimate | null;
  /** `is` minus `was`, with its 95 % interval; `null` where one of both was not measured. */
  readonly difference: Estimate | null;
  /** Does the interval of the difference leave out 0? */
  readonly excludesEquality: boolean;
  /** What the interval allows to say; `open` when equality is not excluded or only one version was measured. */
  readonly verdict: 'better' | 'worse' | 'open';
}

/** Every metric that one of two versions has, in the order of the later one. */
export function metricChanges(was: EvaluationSummary, is: EvaluationSummary): readonly MetricChange[] {
  return [...new Set([...Object.keys(is), ...Object.keys(was)])].map((metric) => {
    const [before, after] = [estimateIn(was, metric), estimateIn(is, metric)];
    const difference = before === null || after === null ? null : differenceOf(before, after);
    const excludesEquality = difference !== null && (difference.low > 0 || difference.high < 0);
    const goal = goalOf(metric);
    const grew = (difference?.value ?? 0) > 0;
    const verdict = !excludesEquality ? 'open' : grew === (goal === 'maximize') ? 'better' : 'worse';
    return { metric, goal, was: before, is: after, difference, excludesEquality, verdict };
  });
}

/**
 * The difference of two estimates with an interval made of theirs, by the method of variance estimates recovery (Zou
 * and Donner 2008): √((a − lₐ)² + (u_b − b)²) to each side. It takes the estimates as independent; measured on the same
 * rows they move together, and the interval is wider than it need be: it never excludes equality too early.
 */
function differenceOf(was: Estimate, is: Estimate): Estimate {
  const value = is.value - was.value;
  return {
    value,
    low: value - Math.hypot(is.value - is.low, was.high - was.value),
    high: value + Math.hypot(is.high - is.value, was.value - was.low),
  };
}

function estimateIn(summary: EvaluationSummary, metric: string): Estimate | null {
  return Object.hasOwn(summary, metric) ? (summary[metric] ?? null) : null;
}
