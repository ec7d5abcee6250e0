import { parseDuration } from '../duration.js';
import { type Interval, wilson } from '../statistics/intervals.js';
import type { ArmObservation, MetricAssessment, MetricState } from './evidence.js';
import type { RolloutMetricSpec } from './plan.js';
import { needsOf, type RolloutMetricNeeds } from './rollout-metrics.js';

/** One look in a thousand strays this far to the harmful side; looks repeat each second. */
const earlyConfidence = 0.998;

export interface AssessInput {
  readonly name: string;
  readonly spec: RolloutMetricSpec;
  readonly champion: ArmObservation;
  readonly challenger: ArmObservation;
}

/**
 * Judges one metric by fixed margins on what was observed. A hard limit is judged from the first sound sample on; a
 * margin only at the planned sample. An unknown metric, a limit that cannot be read or a value that is no number is
 * `error`, never `ok`.
 */
export function assess(input: AssessInput): MetricAssessment {
  const { name, spec, champion, challenger } = input;
  const margin = limitOf(spec.margin);
  const hardLimit = limitOf(spec.hardLimit);
  const needs = needsOf(name);
  const hardBreach = needs !== undefined && isHardBreach(input, { hardLimit, needs });
  return {
    name,
    role: spec.role,
    champion,
    challenger,
    margin: finite(margin),
    hardLimit: finite(hardLimit),
    minimumSample: spec.minimumSample,
    state: hardBreach ? 'harm' : stateOf(input, { margin, hardLimit, needs }),
    hardBreach,
  };
}

/** Limits in the metric's unit (milliseconds for a latency): `null` when absent, NaN when it cannot be read. */
interface Limits {
  readonly margin: number | null;
  readonly hardLimit: number | null;
  readonly needs: RolloutMetricNeeds | undefined;
}

function stateOf({ spec, champion, challenger }: AssessInput, { margin, hardLimit, needs }: Limits): MetricState {
  if (needs === undefined || (margin === null && hardLimit === null)) return 'error';
  if (Number.isNaN(margin) || Number.isNaN(hardLimit) || !(spec.minimumSample >= 1)) return 'error';
  const compared = margin !== null;
  if (compared && needs.arms === 'challenger') return 'error';
  const arms = compared ? [champion, challenger] : [challenger];
  if (arms.some(({ n, value }) => !Number.isFinite(n) || (value !== null && !Number.isFinite(value)))) return 'error';
  if (arms.some(({ n, value }) => n === 0 || (value === null && n >= spec.minimumSample))) return 'noData';
  if (arms.some(({ n }) => n < spec.minimumSample)) return 'immature';
  return compared ? comparedState({ spec, champion, challenger }, margin) : 'ok';
}

function comparedState(
  { spec, champion, challenger }: Pick<AssessInput, 'spec' | 'champion' | 'challenger'>,
  margin: number,
): MetricState {
  if (champion.value === null || challenger.value === null) return 'noData';
  const rise = challenger.value - champion.value;
  const worse = spec.direction === 'lower' ? rise : -rise;
  if (worse > margin) return spec.role === 'guardrail' ? 'harm' : 'inferior';
  return worse < 0 ? 'superior' : 'ok';
}

function isHardBreach(
  { spec, challenger }: AssessInput,
  { hardLimit, needs }: { readonly hardLimit: number | null; readonly needs: RolloutMetricNeeds },
): boolean {
  if (hardLimit === null || challenger.value === null) return false;
  if (challenger.n < Math.min(spec.minimumSample, needs.hardSample)) return false;
  const sure = challenger.n >= spec.minimumSample || needs.unit !== 'share';
  const { low, high } = sure
    ? { low: challenger.value, high: challenger.value }
    : earlyBounds(challenger.value, challenger.n);
  return spec.direction === 'lower' ? low > hardLimit : high < hardLimit;
}

/** Before its planned sample a share may stray over a limit by chance, so then the limit must lie outside its interval. */
function earlyBounds(value: number, n: number): Interval {
  return wilson({ successes: value * n, n }, earlyConfidence);
}

function limitOf(limit: number | string | undefined): number | null {
  if (limit === undefined) return null;
  return typeof limit === 'number' ? limit : (parseDuration(limit) ?? Number.NaN);
}

function finite(limit: number | null): number | null {
  return limit !== null && Number.isFinite(limit) ? limit : null;
}
